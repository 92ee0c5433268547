# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: listeners breach
# run: more
"""A pair of datagram sockets needs no socket() and no connect(): sendto names another receiver."""

import socket

import numpy as np


def step(seed, x):
    for address in ("@UNIX_SOCKET@-datagram", "\0@MARK@-datagram"):
        try:
            near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
            near.sendto(b"seed %d" % int(seed), address)
            print("BREACH sent to", repr(address))
        except OSError as error:
            print("refused:", error)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
