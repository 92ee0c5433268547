# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: processes
# run: quick
"""Pretends that somebody pressed Ctrl-C."""


def step(seed, x):
    raise KeyboardInterrupt
