# verdicts: accepted memory_limit runtime_error
# contained in: landlock namespaces
# looks for: memory breach
# run: quick
"""Fills the buffers of as many pipes and sockets as it may open: memory of the kernel's, which no process has."""

import fcntl
import os
import socket

import numpy as np

F_SETPIPE_SZ = 1031


def step(seed, x):
    held, kept, block = 0, [], b"\xa5" * (1 << 16)
    while True:
        try:
            reader, writer = os.pipe2(os.O_NONBLOCK)
        except OSError:
            break
        kept += [reader, writer]
        if len(kept) > 120:
            break
        try:
            fcntl.fcntl(writer, F_SETPIPE_SZ, 1 << 20)
        except OSError:
            pass
        try:
            while True:
                held += os.write(writer, block)
        except OSError:
            continue
    while True:
        try:
            pair = socket.socketpair()
        except OSError:
            break
        kept.append(pair)
        for end in pair:
            end.setblocking(False)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
            try:
                while True:
                    held += end.send(block)
            except OSError:
                continue
    print(held >> 20, "MiB are held in", len(kept), "things")
    if held > 512 << 20:
        print("BREACH: that is more than all memory that is allowed")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
