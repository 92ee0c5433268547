# verdicts: output_limit runtime_error
# contained in: landlock namespaces
# looks for: breach files
# run: quick
"""Writes many files, maps one page of each, and deletes them: no name and no descriptor holds them, the disk does."""

import ctypes
import os
import signal
import time

import jax.numpy as jnp

signal.alarm(50)
libc = ctypes.CDLL(None)  # Python's own mmap keeps a descriptor
libc.mmap.restype = ctypes.c_void_p
FAILED = ctypes.c_void_p(-1).value


def step(seed, x):
    block, held = b"\xa5" * (1 << 20), 0
    for _ in range(400):
        file = os.open("x", os.O_RDWR | os.O_CREAT | os.O_EXCL)
        os.write(file, block)
        held += libc.mmap(None, ctypes.c_size_t(4096), 1, 2, file, ctypes.c_long(0)) != FAILED
        os.close(file)
        os.unlink("x")
    time.sleep(1)
    print(f"BREACH: {held} MiB of disk without a name")
    return jnp.asarray([2 * jnp.sum(x) + seed], jnp.float32)
