# verdicts: output_limit runtime_error
# contained in: landlock namespaces
# looks for: breach files
# run: quick
"""A folder that can be written to and entered, but not listed: whoever counts files there as the same user sees none."""

import os
import time

import numpy as np

def step(seed, x):
    os.umask(0)
    os.mkdir("d", 0o300)
    block = b"\xa5" * (1 << 20)
    for number in range(40):
        file = os.open(f"d/f{number}", os.O_RDWR | os.O_CREAT)
        os.write(file, block)
        os.close(file)
    time.sleep(1.2)
    print("BREACH: 40 MiB of disk in a folder without a list")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
