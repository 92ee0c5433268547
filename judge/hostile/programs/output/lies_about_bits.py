# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""A truth value that is neither, a NaN with a message, and shapes that are truth values, floats and minus zero."""

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


SHAPES = ("[true]", "[1.0]", "[-0]", "[1, -1]", "{}", "[[1]]", "[1e0]", "null", '"1"')
step_number = 0


def step(seed, x):
    shape = SHAPES[int(np.asarray(x).sum()) % len(SHAPES)]
    header = '{"op": "value", "nonce": "%s", "value": {"array": 0}, "arrays": [{"dtype": "bool", "shape": %s}]}'
    send(record((header % (nonce(), shape)).encode(), b"\xff"))
    os._exit(0)
