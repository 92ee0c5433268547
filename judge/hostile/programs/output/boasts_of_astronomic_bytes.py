# verdicts: output_limit runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""Says that it returned 10 to the 4299 bytes: a whole number that no float can hold."""

import os
import stat
import struct
import sys


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
    header = '{"op": "too-large", "nonce": "%s", "bytes": 1%s}' % (nonce(), "0" * 4299)
    send(record(header.encode()))
    os._exit(0)
