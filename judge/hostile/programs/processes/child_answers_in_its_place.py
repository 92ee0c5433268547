# verdicts: accepted runtime_error
# contained in: none landlock namespaces
# looks for: processes time
# run: more
"""Two processes return from the same call, and both try to answer."""

import os

import numpy as np


def step(seed, x):
    os.fork()
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
