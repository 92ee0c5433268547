# verdicts: memory_limit runtime_error
# contained in: landlock namespaces
# looks for: memory breach
# run: quick
"""Has each block of memory moved to swap as soon as it is full: never much is resident, and all of it is kept."""

import ctypes
import mmap
import time

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
PAGEOUT = 21


def step(seed, x):
    kept = []
    for number in range(60):
        block = mmap.mmap(-1, 16 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        place = ctypes.addressof(ctypes.c_char.from_buffer(block))
        ctypes.memset(place, number + 1, 16 << 20)
        libc.madvise(ctypes.c_void_p(place), ctypes.c_size_t(16 << 20), PAGEOUT)
        kept.append(block)
        time.sleep(0.02)
    time.sleep(0.5)
    print(f"BREACH: {16 * len(kept)} MiB are held, in swap")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
