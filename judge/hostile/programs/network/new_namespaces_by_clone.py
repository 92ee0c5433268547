# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: processes breach
# run: quick
"""clone and clone3 with the flags that unshare is refused; a user namespace would give it all capabilities."""

import ctypes
import os
import struct

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)


def clone(flags):
    return libc.syscall(ctypes.c_long(56), ctypes.c_ulong(flags | 17), None, None, None, None)


def clone3(flags):
    arguments = ctypes.create_string_buffer(struct.pack("=QQQQQQQQ", flags, 0, 0, 0, 17, 0, 0, 0))
    return libc.syscall(ctypes.c_long(435), arguments, ctypes.c_size_t(64))


def step(seed, x):
    for name, call in (("clone", clone), ("clone3", clone3)):
        for flag in (0x10000000, 0x10020000, 0x20000000, 0x40000000, 0x02000000, 0x08000000, 0x04000000):
            child = call(flag)
            if child == 0:
                os._exit(0)
            if child > 0:
                print("BREACH", name, hex(flag))
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
