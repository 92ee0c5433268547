# verdicts: output_limit runtime_error
# contained in: landlock namespaces
# looks for: breach files
# run: quick
"""Blocks beyond a file's end, which no limit on its size knows: four files hold a quarter of a gigabyte."""

import ctypes
import os
import signal
import time

import numpy as np

signal.alarm(50)
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
FAILED = ctypes.c_void_p(-1).value

KEEP_SIZE = 1


def step(seed, x):
    held = []
    for number in range(4):
        file = os.open(f"f{number}", os.O_RDWR | os.O_CREAT | os.O_EXCL)
        os.unlink(f"f{number}")
        if libc.fallocate(file, KEEP_SIZE, ctypes.c_long(0), ctypes.c_long(64 << 20)) != 0:
            raise OSError(ctypes.get_errno(), "fallocate")
        held.append(os.fstat(file).st_blocks * 512 >> 20)
    time.sleep(1.2)
    print(f"BREACH: {sum(held)} MiB of disk in {len(held)} files")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
