# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""A header within the allowed size that becomes a hundred times larger when it is read."""

import os
import stat
import struct
import time


def step(seed, x):
    header = b'{"op": "value", "arrays": [], "value": [' + b"{}," * 2_500_000 + b"{}]}"
    record = struct.pack(">4sII", b"JWR1", len(header), 0) + header
    for descriptor in range(3, 64):
        try:
            if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                continue
        except OSError:
            continue
        sent = 0
        while sent < len(record):
            sent += os.write(descriptor, record[sent : sent + 65536])
    time.sleep(50)
