# verdicts: accepted runtime_error
# contained in: none landlock namespaces
# looks for: canaries
# run: quick
"""Every environment that can be had: its own, and what the kernel keeps of it."""

import ctypes
import os
from pathlib import Path

import numpy as np


def step(seed, x):
    print(dict(os.environ))
    libc = ctypes.CDLL(None)
    block = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
    count = 0
    while block[count]:
        print(block[count])
        count += 1
    for name in ("self", "thread-self"):
        try:
            print(Path(f"/proc/{name}/environ").read_bytes())
        except OSError as error:
            print("refused:", error.strerror)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
