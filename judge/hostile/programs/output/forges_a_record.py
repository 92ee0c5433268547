# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""A record of the right form that answers no question: its number is a guess."""

import json
import os
import stat
import struct


def step(seed, x):
    header = json.dumps({
        "op": "value", "value": {"array": 0}, "nonce": "0" * 32, "arrays": [{"dtype": "float32", "shape": [1]}]
    }).encode()  # fmt: skip
    record = struct.pack(">4sII", b"JWR1", len(header), 4) + header + struct.pack("<f", 1.0)
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.write(descriptor, record)
        except OSError:
            continue
    os._exit(0)
