# verdicts: accepted runtime_error
# contained in: none landlock namespaces
# looks for: processes
# run: quick
"""Forks and leaves, again and again, so that whoever looks finds a number that is gone: 250 hops at most."""

import os
import time

import numpy as np

if os.fork() == 0:
    try:
        os.setsid()
    except OSError:
        pass
    for _ in range(250):
        if os.fork() != 0:
            os._exit(0)
        time.sleep(0.01)
    time.sleep(20)
    os._exit(0)


def step(seed, x):
    time.sleep(0.3)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
