# verdicts: output_limit runtime_error
# contained in: landlock namespaces
# looks for: breach files
# run: quick
"""Makes itself undumpable, so that others of its user can't look at its descriptors, and hoards deleted files."""

import ctypes
import os
import signal
import time

import numpy as np

signal.alarm(50)
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
FAILED = ctypes.c_void_p(-1).value

PR_SET_DUMPABLE = 4


def step(seed, x):
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    block, held = b"\xa5" * (1 << 20), 0
    for _ in range(200):
        file = os.open("x", os.O_RDWR | os.O_CREAT | os.O_EXCL)
        os.unlink("x")
        os.write(file, block)
        held += libc.mmap(None, ctypes.c_size_t(4096), 1, 2, file, ctypes.c_long(0)) != FAILED
        os.close(file)
    time.sleep(1.2)
    print(f"BREACH: {held} MiB of disk that nobody may look for")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
