# verdicts: accepted output_limit runtime_error time_limit
# contained in: landlock namespaces
# looks for: memory processes time
# run: more
"""Gives the right answer, while a thread goes on to print."""

import threading
import time
import os

import numpy as np


def good(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)


def _talk():
    end = time.time() + 60
    while time.time() < end:
        try:
            os.write(1, b"still here\n")
        except OSError:
            return
        time.sleep(0.001)


def attack():
    for _ in range(5):
        threading.Thread(target=_talk, daemon=True).start()
    if os.fork() == 0:
        os.setsid()
        _talk()
        os._exit(0)


def step(seed, x):
    attack()
    return good(seed, x)
