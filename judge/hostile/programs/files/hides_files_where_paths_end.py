# verdicts: output_limit runtime_error time_limit
# contained in: landlock namespaces
# looks for: breach files
# run: quick
"""Forty megabytes at a place so deep that no path leads there: whoever counts by paths finds thirty folders."""

import os
import time

import numpy as np

def step(seed, x):
    here = os.open(".", os.O_RDONLY)
    for _ in range(30):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    block = b"\xa5" * (1 << 20)
    for number in range(40):
        file = os.open(f"f{number}", os.O_RDWR | os.O_CREAT)
        os.write(file, block)
        os.close(file)
    os.fchdir(here)
    time.sleep(1.2)
    print("BREACH: 40 MiB of disk below the end of all paths")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
