# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: breach
# run: quick
"""Opens a port for others to come."""

import socket

import numpy as np


def step(seed, x):
    try:
        with socket.create_server(("127.0.0.1", 0)) as made:
            print("BREACH listens on", made.getsockname())
    except OSError as error:
        print("refused:", error)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
