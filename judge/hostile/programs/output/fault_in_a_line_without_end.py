# verdicts: invalid runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""Forges the answer to loading: a fault whose line and exception have numbers of 4300 digits, in every field that takes one."""

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


fact = '{"type": "SyntaxError", "message": "m", "lines": [%s]}' % ("9" * 4300)
header = '{"op": "fault", "nonce": "%s", "kind": "syntax", "message": "%s", "line": %s, "exception": %s}'
send(record((header % (nonce(), "no" * 5000, "9" * 4300, fact)).encode()))
os._exit(0)
