# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: bystander
# run: quick
"""SIGKILL to the whole process group: the judge must not be in it."""

import os
import signal
import time


def step(seed, x):
    os.killpg(0, signal.SIGKILL)
    time.sleep(1)
    os._exit(0)
