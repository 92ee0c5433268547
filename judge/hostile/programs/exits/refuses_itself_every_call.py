# verdicts: runtime_error time_limit
# contained in: landlock namespaces
# looks for: processes time
# run: quick
"""Puts itself under a filter that refuses every system call: it can't answer, complain or exit."""

import ctypes
import struct

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
PR_SET_SECCOMP, FILTER, RETURN_AGAIN = 22, 2, struct.pack("=HBBI", 0x06, 0, 0, 0x0005000B)


class Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def step(seed, x):
    result = np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
    program = Program(1, RETURN_AGAIN)
    if libc.prctl(PR_SET_SECCOMP, ctypes.c_ulong(FILTER), ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    return result
