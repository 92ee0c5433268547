# verdicts: time_limit runtime_error
# contained in: none landlock namespaces
# looks for: processes
# run: more
"""Ends itself with the signal of a broken CPU limit."""

import os
import signal


def step(seed, x):
    os.kill(os.getpid(), signal.SIGXCPU)
