# verdicts: memory_limit runtime_error
# contained in: landlock namespaces
# looks for: memory
# run: quick
"""One mapping that grows by mremap, and is moved each time: never a second one, never a large allocation."""

import ctypes
import time

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = libc.mremap.restype = ctypes.c_void_p
MAYMOVE = 1
FAILED = ctypes.c_void_p(-1).value


def step(seed, x):
    size = 1 << 20
    place = libc.mmap(None, ctypes.c_size_t(size), 3, 0x22, -1, ctypes.c_long(0))
    ctypes.memset(place, 1, size)
    while size < 1500 << 20:
        larger = size + (8 << 20)
        moved = libc.mremap(ctypes.c_void_p(place), ctypes.c_size_t(size), ctypes.c_size_t(larger), MAYMOVE)
        if moved == FAILED:
            raise MemoryError(size)
        place = moved
        ctypes.memset(place + size, 1, larger - size)
        size = larger
        time.sleep(0.004)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
