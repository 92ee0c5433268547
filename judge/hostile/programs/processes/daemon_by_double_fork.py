# verdicts: accepted runtime_error
# contained in: none landlock namespaces
# looks for: processes
# run: quick
"""Forks twice, gives itself a session, and is nobody's child any more when the answer comes."""

import os
import time

import numpy as np

if os.fork() == 0:
    try:
        os.setsid()
    except OSError:
        pass
    if os.fork() == 0:
        os.close(1)
        os.close(2)
        time.sleep(50)
    os._exit(0)
os.wait()


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
