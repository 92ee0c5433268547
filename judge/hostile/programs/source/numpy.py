# verdicts: accepted
# contained in: none landlock namespaces
# looks for: memory
# run: more
"""A file called numpy.py."""

import numpy as np


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
