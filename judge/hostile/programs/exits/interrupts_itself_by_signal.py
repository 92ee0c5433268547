# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: processes
# run: more
"""SIGINT and SIGTERM to itself, for handlers that a worker may have installed."""

import os
import signal
import time


def step(seed, x):
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(1)
