# verdicts: wrong_answer runtime_error time_limit
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""Takes the question's number out of the worker's frames and answers in its place; the value is still a guess."""

import json
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


def step(seed, x):
    header = json.dumps({
        "op": "value", "value": {"array": 0}, "nonce": nonce(), "verdict": "accepted", "score": 1.0,
        "arrays": [{"dtype": "float32", "shape": [1]}],
    }).encode()  # fmt: skip
    record = struct.pack(">4sII", b"JWR1", len(header), 4) + header + struct.pack("<f", 12345.0)
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.write(descriptor, record)
        except OSError:
            continue
    import time

    time.sleep(50)
