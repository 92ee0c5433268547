# verdicts: memory_limit runtime_error
# contained in: landlock namespaces
# looks for: memory processes
# run: more
"""Maps five GiB that are there at once, faster than any watchdog looks."""

import ctypes

import numpy as np


def good(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [
        ctypes.c_void_p,
        ctypes.c_size_t,
        ctypes.c_int,
        ctypes.c_int,
        ctypes.c_int,
        ctypes.c_long,
    ]
    for flags in (0x8022, 0x8021, 0xC022):
        p = libc.mmap(None, 5 << 30, 3, flags, -1, 0)
        print(hex(flags), p not in (None, 2**64 - 1))
        if p not in (None, 2**64 - 1):
            print("BREACH: 5 GiB at once")
    raise MemoryError("no")


def step(seed, x):
    attack()
    return good(seed, x)
