# verdicts: accepted runtime_error time_limit
# contained in: none landlock namespaces
# looks for: time processes
# run: quick
"""Urgent bytes on the channel: they make it readable, and aren't read."""

import socket
import time

import numpy as np

"@AS_WORKER@"


def step(seed, x):
    line = socket.socket(fileno=os.dup(channel()))
    for _ in range(50):
        try:
            line.send(b"!", socket.MSG_OOB | socket.MSG_DONTWAIT)
        except OSError as error:
            print("refused:", error.strerror)
            break
    time.sleep(0.5)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
