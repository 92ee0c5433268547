# verdicts: accepted runtime_error time_limit
# contained in: none landlock namespaces
# looks for: processes files
# run: more
"""A multiprocessing pool that is never closed: its processes, semaphores and pipes have to go."""

import multiprocessing
import os

import numpy as np


def step(seed, x):
    pool = multiprocessing.get_context("fork").Pool(2)
    pool.map(os.path.basename, ["a", "b"])
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
