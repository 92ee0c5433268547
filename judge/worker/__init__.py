"""Inside of the wall: load, call and trace a submission.

This folder is a program of its own. The sandbox starts it by its path, it imports nothing of the rest of
the judge, and it is the only code that imports jax and flax.
"""
