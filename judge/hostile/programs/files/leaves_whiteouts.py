# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: files
# run: quick
"""Renames that leave devices behind, exchange folders with one another, or reach out of the scratch folder."""

import ctypes
import os
import platform

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
NUMBER = {"x86_64": 316, "aarch64": 276}.get(platform.machine(), -1)
HERE, NOREPLACE, EXCHANGE, WHITEOUT = -100, 1, 2, 4


def renamed(old, new, flags):
    return libc.syscall(NUMBER, HERE, old, HERE, new, flags) == 0


def step(seed, x):
    for number in range(20):
        open(f"a{number}", "w").close()
        print(renamed(b"a%d" % number, b"b%d" % number, WHITEOUT), end=" ")
    os.mkdir("folder")
    print(renamed(b"folder", b"b1", EXCHANGE))
    for place in (b"@HOME@/precious", b"@HOME@", b"@ROOT@", b"/tmp", b".."):
        for flags in (0, NOREPLACE, EXCHANGE, WHITEOUT):
            renamed(b"b2", place, flags)
            renamed(place, b"b3", flags)
            renamed(b".", place, flags)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
