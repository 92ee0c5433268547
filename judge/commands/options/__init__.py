"""Options and arguments of the command line."""
