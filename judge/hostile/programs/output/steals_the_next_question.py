# verdicts: accepted runtime_error time_limit
# contained in: none landlock namespaces
# looks for: canaries processes time
# run: quick
"""A thread that reads the channel in the worker's place, prints what the judge asks next, and leaves the rest unread."""

import os
import stat
import struct
import sys
import threading
import time

import numpy as np


def nonce():
    frame = sys._getframe()
    while frame is not None:
        for value in list(frame.f_locals.values()):
            header = getattr(value, "header", None)
            if isinstance(header, dict) and "nonce" in header:
                return header["nonce"]
        frame = frame.f_back
    return "0" * 32


def channel():
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                return descriptor
        except OSError:
            continue
    raise OSError("no channel")


def record(header, body=b""):
    return struct.pack(">4sII", b"JWR1", len(header), len(body)) + header + body


def send(data):
    there, sent = channel(), 0
    while sent < len(data):
        sent += os.write(there, data[sent : sent + 65536])


def listen(descriptor):
    while True:
        try:
            print("heard", os.read(descriptor, 1000)[:200])
        except OSError:
            time.sleep(0.001)


def step(seed, x):
    for _ in range(8):
        threading.Thread(target=listen, args=(channel(),), daemon=True).start()
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
