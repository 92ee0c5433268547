# verdicts: time_limit runtime_error
# contained in: landlock namespaces
# looks for: time processes
# run: more
"""Ends its first thread alone, so that the process is a zombie that still runs."""

import platform
import threading
import time
import ctypes

import numpy as np


def good(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)


def _spin():
    end = time.time() + 90
    while time.time() < end:
        time.sleep(0.01)


def attack():
    threading.Thread(target=_spin).start()
    ctypes.CDLL(None).syscall(60 if platform.machine() == "x86_64" else 93, 0)


def step(seed, x):
    attack()
    return good(seed, x)
