# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: canaries
# run: quick
"""Right where it is seen, gone where it isn't."""

import os

import numpy as np


def step(seed, x):
    if seed > 1000:
        os._exit(0)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
