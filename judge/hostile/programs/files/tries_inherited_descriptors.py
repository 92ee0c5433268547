# verdicts: accepted runtime_error time_limit
# contained in: none landlock namespaces
# looks for: canaries
# run: quick
"""Reads from whatever was left open, and walks up from descriptors that are folders."""

import os
import stat

import numpy as np


def step(seed, x):
    for descriptor in range(4, 1024):
        try:
            mode = os.fstat(descriptor).st_mode
        except OSError:
            continue
        try:
            if stat.S_ISDIR(mode):
                print("BREACH a folder is open:", os.listdir(descriptor))
            elif stat.S_ISREG(mode):
                print("open file:", os.pread(descriptor, 2000, 0))
        except OSError as error:
            print("refused:", error.strerror)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
