# verdicts: memory_limit runtime_error
# contained in: landlock namespaces
# looks for: memory processes
# run: quick
"""Gives itself and its threads names that look like the fields of /proc's files, and then grows."""

import ctypes
import threading
import time

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
PR_SET_NAME = 15
NAMES = (b") S 1 1 1 0 -1", b"zygote)\nVmHWM:", b"\xff\xfe)))((( \n\t", b"")


def rest(name, never):
    libc.prctl(PR_SET_NAME, name, 0, 0, 0)
    never.wait(45)


def step(seed, x):
    never = threading.Event()
    for name in NAMES:
        threading.Thread(target=rest, args=(name, never), daemon=True).start()
    libc.prctl(PR_SET_NAME, NAMES[0], 0, 0, 0)
    kept = []
    for _ in range(150):
        kept.append(b"\xa5" * (8 << 20))
        time.sleep(0.01)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
