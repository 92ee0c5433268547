# verdicts: memory_limit runtime_error time_limit
# contained in: landlock namespaces
# looks for: memory processes
# run: quick
"""Forty threads, each with a stack of sixteen megabytes that recursion in C fills, and which waits at its bottom."""

import sys
import threading

sys.setrecursionlimit(10**6)
threading.stack_size(16 << 20)
never = threading.Event()


def deep(left):
    if left == 0:
        never.wait(45)
        return 0
    return max([left], key=lambda _: deep(left - 1))


def step(seed, x):
    for _ in range(40):
        threading.Thread(target=deep, args=(14_000,), daemon=True).start()
    never.wait(45)
    return None
