# verdicts: accepted output_limit
# contained in: none landlock namespaces
# looks for: breach files
# run: more
"""A thread takes descriptors of its own by close_range, and holds deleted files with them."""

import ctypes
import os
import platform
import threading
import time

import numpy as np

UNSHARE = 2


def _hoard(done):
    libc, held = ctypes.CDLL(None), 0
    if platform.machine() in ("x86_64", "aarch64") and libc.syscall(436, 3000, 4000, UNSHARE) == 0:
        for _ in range(40):
            file = os.open("x", os.O_RDWR | os.O_CREAT | os.O_EXCL)
            os.write(file, b"\xa5" * (1 << 20))
            os.unlink("x")
            held += 1
        time.sleep(1)
        print(f"BREACH: {held} MiB of disk that only another thread holds")
    done.set()
    time.sleep(5)


def step(seed, x):
    done = threading.Event()
    threading.Thread(target=_hoard, args=(done,), daemon=True).start()
    done.wait(10)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
