# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""An exception in a line whose number has as many digits as Python reads, and one more than it writes after adding."""

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
    lines = ", ".join(["9" * 4300, "1", "9" * 4300])
    fact = '{"type": "Error", "message": "here", "lines": [%s]}' % lines
    send(record(('{"op": "raised", "nonce": "%s", "exception": %s}' % (nonce(), fact)).encode()))
    os._exit(0)
