# verdicts: accepted runtime_error
# contained in: none landlock namespaces
# looks for: processes
# run: quick
"""Children in sessions and groups of their own that ignore what can be ignored."""

import os
import signal
import time

import numpy as np


def step(seed, x):
    for number in range(6):
        if os.fork() == 0:
            for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(name, signal.SIG_IGN)
            try:
                os.setsid() if number % 2 else os.setpgid(0, 0)
            except OSError:
                pass
            time.sleep(50)
            os._exit(0)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
