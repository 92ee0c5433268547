# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: bystander breach
# run: more
"""F_SETOWN: has the kernel signal another process whenever a descriptor becomes readable."""

import fcntl
import os
import signal
import socket
import time

import numpy as np


def step(seed, x):
    near, far = socket.socketpair()
    try:
        fcntl.fcntl(near, fcntl.F_SETOWN, int("@BYSTANDER_PID@"))
        fcntl.fcntl(near, 10, int(signal.SIGTERM))  # F_SETSIG
        fcntl.fcntl(near, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
        far.send(b"x")
        time.sleep(0.1)
        print("owner set")
    except OSError as error:
        print("refused:", error)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
