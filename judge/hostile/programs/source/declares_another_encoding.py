# -*- coding: latin-1 -*-
# verdicts: accepted invalid
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""Says that it is written in Latin-1, which UTF-8 text (ü, é, 日本) never is."""

import numpy as np

assert len("ü") == 1


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
