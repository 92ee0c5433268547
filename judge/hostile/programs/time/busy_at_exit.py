# verdicts: accepted
# contained in: none landlock namespaces
# looks for: processes time
# run: quick
"""A right answer, and an atexit handler and threads that would hold the process for another minute."""

import atexit
import threading
import time

import numpy as np


def linger():
    stop = time.monotonic() + 50
    while time.monotonic() < stop:
        time.sleep(0.01)


atexit.register(linger)
threading.Thread(target=linger).start()


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
