# verdicts: accepted
# contained in: none landlock namespaces
# looks for: processes time
# run: more
"""A right answer, kept alive by an object whose __del__ doesn't come back when the interpreter ends."""

import sys
import time

import numpy as np


class Slow:
    def __del__(self):
        stop = time.monotonic() + 50
        while time.monotonic() < stop:
            pass


sys.kept_until_the_end = Slow()


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
