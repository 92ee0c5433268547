# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: time
# run: quick
"""Answers for its own loading before the worker does, so that every later answer comes one question late."""

import os
import stat
import struct
import sys

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


send(record(('{"op": "loaded", "nonce": "%s", "names": [[], {}, 1e3, null]}' % nonce()).encode()))


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
