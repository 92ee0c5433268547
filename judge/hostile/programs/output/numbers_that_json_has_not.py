# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: more
"""A record with the right number, and sizes and indices that are negative, infinite, huge or no numbers."""

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


def step(seed, x):
    header = (
        '{"op": "value", "value": {"array": -1e999}, "nonce": "%s", "bytes": NaN, '
        '"arrays": [{"dtype": "float32", "shape": [-1, 1e400, 99999999999999999999]}]}' % nonce()
    ).encode()
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.write(descriptor, struct.pack(">4sII", b"JWR1", len(header), 0) + header)
        except OSError:
            continue
    time.sleep(50)
