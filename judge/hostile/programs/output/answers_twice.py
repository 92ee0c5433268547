# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""Two whole records for one question, in one write, both with the right number."""

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
    header = json.dumps({"op": "value", "value": {"array": 0}, "nonce": nonce(), "arrays": [
        {"dtype": "float32", "shape": [1]}
    ]}).encode()  # fmt: skip
    answer = float(2 * x.sum() + seed)
    record = struct.pack(">4sII", b"JWR1", len(header), 4) + header + struct.pack("<f", answer)
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.write(descriptor, record * 2)
        except OSError:
            continue
    import time

    time.sleep(50)
