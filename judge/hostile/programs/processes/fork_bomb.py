# verdicts: accepted runtime_error time_limit memory_limit
# contained in: none landlock namespaces
# looks for: processes time
# run: quick
"""Every process forks again, 300 at most, and all of them stay."""

import os
import time

import numpy as np

FIRST = os.getpid()
for _ in range(8):  # 2 ** 8 of them
    try:
        os.fork()
    except OSError:
        break
if os.getpid() != FIRST:
    time.sleep(50)
    os._exit(0)


def step(seed, x):
    time.sleep(0.2)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
