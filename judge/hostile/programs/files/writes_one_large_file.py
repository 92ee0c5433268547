# verdicts: accepted runtime_error
# contained in: none landlock namespaces
# looks for: files breach
# run: quick
"""A single file of 64 MiB, sparse or not: the problem allows 1."""

import os
import signal

import numpy as np

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def step(seed, x):
    for way in (lambda d: os.ftruncate(d, 64 << 20), lambda d: os.pwrite(d, b"x", 64 << 20)):
        descriptor = os.open("large", os.O_CREAT | os.O_RDWR)
        try:
            way(descriptor)
        except OSError as error:
            print("refused:", error)
        if os.fstat(descriptor).st_size > 2 << 20:
            print("BREACH a file of", os.fstat(descriptor).st_size, "bytes")
        os.close(descriptor)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
