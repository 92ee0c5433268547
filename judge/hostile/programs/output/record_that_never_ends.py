# verdicts: time_limit
# contained in: none landlock namespaces
# looks for: memory time
# run: more
"""Begins a record and sends a byte of it from time to time."""

import os
import stat
import struct
import time


def step(seed, x):
    sockets = []
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                sockets.append(descriptor)
                os.write(descriptor, struct.pack(">4sII", b"JWR1", 60000, 0))
        except OSError:
            continue
    for _ in range(1000):
        time.sleep(0.05)
        for descriptor in sockets:
            os.write(descriptor, b" ")
