# verdicts: runtime_error accepted wrong_answer
# contained in: landlock namespaces
# looks for: processes
# run: quick
"""Gives the right answer in an object that crashes the process when it is freed."""

import os
import ctypes

import numpy as np


def good(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)


class A(np.ndarray):
    def __del__(self):
        ctypes.string_at(0)


def step(seed, x):
    return np.asarray(good(seed, x)).view(A)
