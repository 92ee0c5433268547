# verdicts: accepted runtime_error
# contained in: none landlock namespaces
# looks for: processes memory time
# run: quick
"""Sends its answer in small parts, each with as many descriptors as fit, so that the judge has none left."""

import os
import socket
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


def step(seed, x):
    number = struct.pack("<f", 2 * float(np.asarray(x).sum()) + seed)
    header = '{"op": "value", "nonce": "%s", "value": {"array": 0}, "arrays": [{"dtype": "float32", "shape": [1]}]}'
    data = record((header % nonce()).encode(), number)
    line = socket.socket(fileno=os.dup(channel()))
    null = os.open(os.devnull, os.O_RDONLY)
    for start in range(0, len(data), 4):
        try:
            socket.send_fds(line, [data[start : start + 4]], [null] * 200)
        except OSError:
            line.sendall(data[start : start + 4])
    os._exit(0)
