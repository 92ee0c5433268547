# verdicts: wrong_answer
# contained in: none landlock namespaces
# looks for: memory
# run: more
"""Infinite error over infinite tolerance."""

import numpy as np


def step(seed, x):
    return np.asarray([np.inf], np.float32)
