"""The learner's step as plain data: what is computed, in which dtype, and from which line."""
