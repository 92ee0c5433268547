# verdicts: runtime_error output_limit memory_limit
# contained in: landlock namespaces
# looks for: memory
# run: more
"""Raises an exception with hundreds of MiB of text, notes and causes."""


def step(seed, x):
    e = ValueError("\U0001f4a3" * (100 << 20))
    e.add_note("n" * (10 << 20))
    raise e from KeyError("k" * (10 << 20))
