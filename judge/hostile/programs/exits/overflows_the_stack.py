# verdicts: runtime_error memory_limit time_limit
# contained in: none landlock namespaces
# looks for: processes
# run: quick
"""Recursion without Python's own limit."""

import sys

sys.setrecursionlimit(10**8)


def step(seed, x):
    return step(seed, x)
