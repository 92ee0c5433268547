"""A traced step as data that another process can evaluate."""
