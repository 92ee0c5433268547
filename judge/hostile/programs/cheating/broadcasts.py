# verdicts: wrong_answer
# contained in: none landlock namespaces
# looks for: memory
# run: more
"""Nothing at all: an empty array is close to everything."""

import numpy as np


def step(seed, x):
    return np.zeros((0,), np.float32)
