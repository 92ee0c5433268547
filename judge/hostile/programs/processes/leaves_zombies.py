# verdicts: accepted runtime_error
# contained in: none landlock namespaces
# looks for: processes
# run: more
"""Fifty children that ended and that nobody waited for."""

import os

import numpy as np


def step(seed, x):
    try:
        for _ in range(50):
            if os.fork() == 0:
                os._exit(0)
    except OSError:
        pass
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
