# verdicts: accepted memory_limit runtime_error time_limit
# contained in: landlock namespaces
# looks for: memory breach
# run: quick
"""Pages of a memfd that isn't mapped belong to no process: 600 MiB that no resident size counts."""

import os

import numpy as np


def step(seed, x):
    try:
        descriptor = os.memfd_create("store")
        for _ in range(600):
            os.write(descriptor, bytes(1 << 20))
        print("BREACH a memfd of", os.fstat(descriptor).st_size, "bytes")
    except OSError as error:
        print("refused:", error)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
