# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""The head of a record that announces more than anyone may send."""

import os
import stat
import struct
import time


def step(seed, x):
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.write(descriptor, struct.pack(">4sII", b"JWR1", 2**32 - 1, 2**32 - 1))
        except OSError:
            continue
    time.sleep(50)
