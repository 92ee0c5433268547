# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: listeners breach
# run: quick
"""Sends what it knows to a listener on this machine, by IPv4 and IPv6."""

import socket

import numpy as np


def step(seed, x):
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as made:
                made.settimeout(2)
                made.connect((host, int("@PORT@")))
                made.sendall(b"seed %d\n" % int(seed))
                print("BREACH connected to", host)
        except OSError as error:
            print("refused:", error)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
