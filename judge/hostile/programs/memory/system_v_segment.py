# verdicts: accepted memory_limit runtime_error
# contained in: landlock namespaces
# looks for: files
# run: quick
"""A System V segment stays when its maker is gone."""

import ctypes

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p


def step(seed, x):
    segment = libc.shmget(int("@KEY@"), 64 << 20, 0o1666)
    if segment >= 0:
        print("made the segment", segment)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
