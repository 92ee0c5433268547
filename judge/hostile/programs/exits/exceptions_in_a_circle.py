# verdicts: runtime_error time_limit memory_limit
# contained in: landlock namespaces
# looks for: memory time
# run: more
"""Raises exceptions that are each other's cause, deep groups, and a long traceback."""

import sys


def step(seed, x):
    a, b = ValueError("a"), KeyError("b")
    a.__cause__ = b
    b.__cause__ = a
    a.__context__ = b
    b.__context__ = a
    g = a
    for i in range(100000):
        g = ExceptionGroup("g" * 10, [g])
    sys.setrecursionlimit(200000)

    def f(n):
        if n:
            f(n - 1)
        raise g

    f(50000)
