# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: listeners breach
# run: quick
"""Pairs of connected sockets, of every family that has streams: each has a protocol of the kernel's behind it."""

import ctypes
import os

import numpy as np

UNIX = 1


def step(seed, x):
    libc = ctypes.CDLL(None, use_errno=True)
    pair = (ctypes.c_int * 2)()
    for family in range(64):
        for kind in (1, 2, 3, 4, 5, 6, 10, 1 | 0x800, 1 | 0x80000, 0x11):
            for protocol in (0, 1, 6, 255):
                if libc.socketpair(family, kind, protocol, pair) == 0:
                    if family != UNIX or kind & 0xF != 1:
                        print("BREACH: a pair of family", family, "kind", kind, "protocol", protocol)
                    os.close(pair[0])
                    os.close(pair[1])
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
