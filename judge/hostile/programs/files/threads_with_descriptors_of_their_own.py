# verdicts: accepted output_limit
# contained in: none landlock namespaces
# looks for: breach files
# run: quick
"""Threads with copies of the descriptors hold files that the first thread has deleted and closed."""

import ctypes
import os
import time

import numpy as np

libc = ctypes.CDLL(None)
libc.clone.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p]
PAUSE = ctypes.cast(libc.pause, ctypes.c_void_p)
SHARED_BUT_FOR_FILES = 0x100 | 0x200 | 0x800 | 0x10000  # CLONE_VM, _FS, _SIGHAND, _THREAD
STACK = 1 << 16


def step(seed, x):
    block, held, stacks = b"\xa5" * (1 << 20), 0, []
    for _ in range(5):
        files = []
        for _ in range(8):
            files.append(os.open("x", os.O_RDWR | os.O_CREAT | os.O_EXCL))
            os.write(files[-1], block)
            os.unlink("x")
        stacks.append(ctypes.create_string_buffer(STACK))
        top = (ctypes.addressof(stacks[-1]) + STACK) & ~63
        if libc.clone(PAUSE, top, SHARED_BUT_FOR_FILES, None) > 0:
            held += len(files)
        for file in files:
            os.close(file)
    if held:
        time.sleep(1)
        print(f"BREACH: {held} MiB of disk that only other threads hold")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
