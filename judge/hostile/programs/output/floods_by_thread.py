# verdicts: output_limit accepted
# contained in: none landlock namespaces
# looks for: memory processes
# run: more
"""Answers rightly while a thread goes on printing."""

import os
import signal
import threading

import numpy as np

signal.alarm(50)


def flood():
    while True:
        os.write(1, b"x" * 4096)


threading.Thread(target=flood, daemon=True).start()


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
