# verdicts: accepted
# contained in: landlock namespaces
# looks for: breach files
# run: quick
"""Reserves blocks beyond the end of a file by the calls that are older than fallocate: its size stays 0."""

import fcntl
import os
import struct

import numpy as np

RESERVE = struct.pack("hhqqiI4i", 0, 0, 0, 64 << 20, 0, 0, 0, 0, 0, 0)


def step(seed, x):
    for name, request in (("RESVSP", 0x40305828), ("RESVSP64", 0x4030582A), ("ZERO_RANGE", 0x40305839)):
        with open(f"reserved-{name}", "wb") as file:
            try:
                fcntl.ioctl(file.fileno(), request, RESERVE)
            except OSError:
                continue
            if os.fstat(file.fileno()).st_blocks * 512 > 1 << 20:
                print("BREACH:", name, "took blocks that no size tells")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
