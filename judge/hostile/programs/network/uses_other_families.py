# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: breach
# run: quick
"""Netlink, vsock, packet, raw, kernel crypto, Bluetooth and what else there is."""

import socket

import numpy as np

KINDS = (
    ("netlink", 16, 3, 0), ("vsock", 40, 1, 0), ("packet", 17, 3, 0), ("raw", 2, 3, 1), ("ping", 2, 2, 1),
    ("alg", 38, 5, 0), ("bluetooth", 31, 1, 3), ("rds", 21, 5, 0), ("tipc", 30, 1, 0), ("xdp", 44, 3, 0),
)  # fmt: skip


def step(seed, x):
    for name, family, kind, protocol in KINDS:
        try:
            socket.socket(family, kind, protocol).close()
            print("BREACH has a socket of", name)
        except OSError as error:
            print("refused:", name, error.strerror)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
