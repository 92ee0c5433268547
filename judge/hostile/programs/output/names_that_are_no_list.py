# verdicts: runtime_error time_limit
# contained in: none landlock namespaces
# looks for: processes time
# run: quick
"""Answers for its own loading, with a number where names belong, and then works on and on in a worker that nobody may forget."""

import os
import stat
import struct
import sys
import time


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


send(record(('{"op": "loaded", "nonce": "%s", "names": 5}' % nonce()).encode()))
end = time.monotonic() + 50
while time.monotonic() < end:
    pass


def step(seed, x):
    return None
