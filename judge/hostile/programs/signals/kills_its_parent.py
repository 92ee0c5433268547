# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: bystander
# run: quick
"""Ends the process that started it, which is the judge's."""

import os
import signal

import numpy as np


def step(seed, x):
    parent = os.getppid()
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        try:
            os.kill(parent, name)
            print("signalled the parent", parent)
        except OSError as error:
            print("refused:", error)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
