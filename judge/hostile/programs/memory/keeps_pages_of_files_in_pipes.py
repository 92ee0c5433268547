# verdicts: accepted
# contained in: landlock namespaces
# looks for: breach memory
# run: quick
"""Moves pages of a file into pipes and deletes the file: they stay, and belong to no process."""

import ctypes
import os
import platform

import numpy as np

X86 = platform.machine() == "x86_64"
LIBC = ctypes.CDLL(None, use_errno=True)


def step(seed, x):
    read_end, write_end = os.pipe()
    spare, other = os.pipe()
    with open("pages", "wb+") as file:
        file.write(b"p" * 65536)
        file.flush()
        os.unlink("pages")
        calls = {
            "splice": lambda: os.splice(file.fileno(), write_end, 4096, offset_src=0),
            "sendfile": lambda: os.sendfile(write_end, file.fileno(), 0, 4096),
            "tee": lambda: LIBC.syscall(276 if X86 else 77, read_end, other, 4096, 2),
            "splice between pipes": lambda: os.splice(read_end, other, 4096, flags=os.SPLICE_F_NONBLOCK),
        }
        os.write(write_end, b"t" * 4096)
        for name, call in calls.items():
            try:
                moved = call()
            except OSError:
                continue
            if moved > 0:
                print("BREACH:", name, "put pages into a pipe")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
