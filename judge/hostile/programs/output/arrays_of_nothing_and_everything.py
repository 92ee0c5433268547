# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""Arrays of no bytes whose other axes are as long as can be said, in 21 dimensions, thousands of them."""

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
    item = '{"dtype": "complex128", "shape": [0, %s]}' % ", ".join(["4294967295"] * 20)
    header = '{"op": "value", "nonce": "%s", "value": {"array": 3399}, "arrays": [%s]}'
    send(record((header % (nonce(), ", ".join([item] * 3400))).encode()[: 1 << 24]))
    os._exit(0)
