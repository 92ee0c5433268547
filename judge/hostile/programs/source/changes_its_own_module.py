# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory
# run: more
"""Is right when it is looked at, and something else after its first call."""

import sys

import numpy as np

calls = 0


def step(seed, x):
    sys.modules[__name__].__dict__["step"] = None
    step.__code__ = (lambda seed, x: None).__code__
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
