# verdicts: output_limit runtime_error
# contained in: landlock namespaces
# looks for: breach files
# run: quick
"""Deleted files that are neither open nor mapped, but on their way through a socket to nobody."""

import os
import socket
import time

import numpy as np

def step(seed, x):
    sender, receiver = socket.socketpair()
    sender.setblocking(False)
    block, held = b"\xa5" * (1 << 20), 0
    for _ in range(150):
        file = os.open("x", os.O_RDWR | os.O_CREAT | os.O_EXCL)
        os.unlink("x")
        os.write(file, block)
        socket.send_fds(sender, [b"."], [file])
        os.close(file)
        held += 1
    time.sleep(1.2)
    print(f"BREACH: {held} MiB of disk in the post; {receiver.fileno()} never reads it")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
