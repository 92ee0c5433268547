# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: processes
# run: more
"""SIGKILL, as an out-of-memory killer would."""

import os
import signal


def step(seed, x):
    os.kill(os.getpid(), signal.SIGKILL)
