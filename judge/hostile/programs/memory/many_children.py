# verdicts: memory_limit runtime_error
# contained in: none landlock namespaces
# looks for: memory processes
# run: quick
"""Sixteen children of 96 MiB each: none of them is over the limit, their sum is."""

import os
import time


def step(seed, x):
    for _ in range(16):
        if os.fork() == 0:
            kept = bytearray(b"x") * (96 << 20)
            time.sleep(40)
            os._exit(len(kept) and 0)
    time.sleep(45)
