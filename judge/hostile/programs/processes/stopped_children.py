# verdicts: accepted runtime_error
# contained in: none landlock namespaces
# looks for: processes
# run: more
"""Children that are stopped and so react to nothing but SIGKILL."""

import os
import signal
import time

import numpy as np


def step(seed, x):
    for _ in range(4):
        child = os.fork()
        if child == 0:
            time.sleep(50)
            os._exit(0)
        os.kill(child, signal.SIGSTOP)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
