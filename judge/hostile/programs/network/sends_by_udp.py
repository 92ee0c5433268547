# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: listeners breach
# run: quick
"""No connection to refuse: one datagram."""

import socket

import numpy as np


def step(seed, x):
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
            made.sendto(b"seed %d" % int(seed), ("127.0.0.1", int("@UDP_PORT@")))
            print("BREACH sent a datagram")
    except OSError as error:
        print("refused:", error)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
