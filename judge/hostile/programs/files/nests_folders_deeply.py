# verdicts: accepted runtime_error time_limit output_limit
# contained in: none landlock namespaces
# looks for: files memory
# run: more
"""Eleven hundred folders, one in the other: deeper than recursion and longer than a path may be."""

import os

import numpy as np

here = os.open(".", os.O_RDONLY)
for _ in range(1100):
    os.mkdir("d" * 20)
    os.chdir("d" * 20)
os.fchdir(here)


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
