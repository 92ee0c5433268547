# verdicts: accepted runtime_error time_limit memory_limit
# contained in: landlock namespaces
# looks for: processes breach
# run: more
"""Counts how many children there can be: the limit of the problem is 64."""

import os
import time

import numpy as np


def step(seed, x):
    count = 0
    try:
        for _ in range(200):
            if os.fork() == 0:
                time.sleep(50)
                os._exit(0)
            count += 1
    except OSError:
        pass
    print("BREACH" if count > 64 else "only", count, "children")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
