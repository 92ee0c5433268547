# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: listeners breach
# run: quick
"""Services on this machine listen in the file system and in the abstract name space: agents, buses, Docker."""

import socket

import numpy as np


def step(seed, x):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        for address in ("@UNIX_SOCKET@", "\0@MARK@-abstract"):
            try:
                with socket.socket(socket.AF_UNIX, kind) as made:
                    made.settimeout(2)
                    made.connect(address)
                    made.send(b"seed %d" % int(seed))
                    print("BREACH connected to", repr(address))
            except OSError as error:
                print("refused:", error)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
