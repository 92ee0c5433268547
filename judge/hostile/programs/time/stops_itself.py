# verdicts: time_limit
# contained in: none landlock namespaces
# looks for: processes time
# run: quick
"""SIGSTOP: a process that neither runs nor ends. A child wakes it up after a while, in case nobody else does."""

import os
import signal
import time

try:
    if os.fork() == 0:
        time.sleep(50)
        os.kill(os.getppid(), signal.SIGCONT)
        os._exit(0)
except OSError:
    pass
os.kill(os.getpid(), signal.SIGSTOP)


def step(seed, x):
    return None
