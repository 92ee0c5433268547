# verdicts: time_limit
# contained in: landlock namespaces
# looks for: time processes
# run: more
"""Searches for ever in one call of C, with every signal blocked."""

import signal
import re

import numpy as np


def good(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)


def attack():
    for s in range(1, 65):
        try:
            signal.signal(s, signal.SIG_IGN)
        except Exception:
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    re.match("(a+)+$", "a" * 64 + "b")


def step(seed, x):
    attack()
    return good(seed, x)
