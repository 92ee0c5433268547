# verdicts: output_limit runtime_error
# contained in: landlock namespaces
# looks for: breach files
# run: quick
"""Files without a name from the beginning: the folder's time doesn't change, and yet the disk fills."""

import ctypes
import os
import signal
import time

import numpy as np

signal.alarm(50)
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
FAILED = ctypes.c_void_p(-1).value


def step(seed, x):
    block, held = b"\xa5" * (1 << 20), 0
    for _ in range(200):
        file = os.open(".", os.O_TMPFILE | os.O_RDWR)
        os.write(file, block)
        held += libc.mmap(None, ctypes.c_size_t(4096), 1, 2, file, ctypes.c_long(0)) != FAILED
        os.close(file)
    time.sleep(1.2)
    print(f"BREACH: {held} MiB of disk without a name")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
