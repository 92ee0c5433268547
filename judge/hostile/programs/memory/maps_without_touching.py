# verdicts: accepted memory_limit runtime_error
# contained in: none landlock namespaces
# looks for: memory
# run: more
"""Reserves 1 GiB and never uses it, then answers rightly: address space isn't memory."""

import mmap

import numpy as np

reserved = mmap.mmap(-1, 1 << 30)


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
