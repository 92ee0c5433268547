# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: bystander breach
# run: quick
"""process_vm_readv and process_vm_writev on another process of the same user."""

import ctypes
import os

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)


class Piece(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def step(seed, x):
    buffer = ctypes.create_string_buffer(64)
    mine = Piece(ctypes.addressof(buffer), 64)
    theirs = Piece(int("@BYSTANDER_ADDRESS@"), 64)
    for pid in (int("@BYSTANDER_PID@"), os.getppid()):
        for name in ("process_vm_readv", "process_vm_writev"):
            if getattr(libc, name)(pid, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0) > 0:
                print("BREACH", name, pid, buffer.raw)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
