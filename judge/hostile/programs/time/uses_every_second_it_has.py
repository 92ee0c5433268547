# verdicts: accepted time_limit
# contained in: none landlock namespaces
# looks for: time processes
# run: more
"""Sleeps a little less than allowed, wherever it may: at its import, in each call, and when it is traced."""

import time

import numpy as np

time.sleep(3.6)


def step(seed, x):
    time.sleep(3.6)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
