# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: bystander breach
# run: quick
"""Signals the judge itself, by its number."""

import os
import signal

import numpy as np


def step(seed, x):
    for name in (0, signal.SIGINT, signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(int("@JUDGE_PID@"), name)
            print("BREACH signalled the judge with", name)
        except OSError as error:
            print("refused:", error)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
