# verdicts: memory_limit runtime_error
# contained in: landlock namespaces
# looks for: breach memory
# run: quick
"""One small page of each huge one lies in a pipe, and keeps all of it in memory, while no process has it mapped."""

import ctypes
import os
import resource
import time

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
HUGE, MADV_HUGEPAGE, PRIVATE_ANONYMOUS, READ_WRITE, NONBLOCK = 2 << 20, 14, 0x22, 3, 2
WANTED = 330  # 660 MiB


class Part(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def pinned(pipe):
    base = libc.mmap(None, ctypes.c_size_t(2 * HUGE), READ_WRITE, PRIVATE_ANONYMOUS, -1, ctypes.c_long(0))
    place = (base + HUGE - 1) // HUGE * HUGE
    if libc.madvise(place, HUGE, MADV_HUGEPAGE) != 0:
        raise OSError(ctypes.get_errno(), "no huge pages")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    ctypes.memset(place, 0xA5, HUGE)
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    part = Part(place, 4096)
    sent = libc.vmsplice(pipe, ctypes.byref(part), ctypes.c_ulong(1), NONBLOCK)
    libc.munmap(base, 2 * HUGE)
    if faults > 100:
        raise RuntimeError(f"small pages: {faults} faults")
    return sent == 4096


def step(seed, x):
    held, pipes = 0, []
    while held < WANTED and len(pipes) < 60:
        reader, writer = os.pipe()
        pipes += [reader, writer]
        while held < WANTED and pinned(writer):
            held += 1
    if held < WANTED:
        raise RuntimeError(f"only {held} pages are held")
    time.sleep(0.5)
    print(f"BREACH: {2 * held} MiB of memory that no process has")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
