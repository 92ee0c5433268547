# verdicts: accepted runtime_error time_limit
# contained in: none landlock namespaces
# looks for: time processes
# run: quick
"""Urgent bytes on the channel: they make it readable, and aren't read."""

import os
import socket
import stat
import struct
import sys
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


def step(seed, x):
    line = socket.socket(fileno=os.dup(channel()))
    for _ in range(50):
        try:
            line.send(b"!", socket.MSG_OOB | socket.MSG_DONTWAIT)
        except OSError as error:
            print("refused:", error.strerror)
            break
    time.sleep(0.5)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
