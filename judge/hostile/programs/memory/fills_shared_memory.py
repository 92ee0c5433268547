# verdicts: accepted memory_limit runtime_error
# contained in: landlock namespaces
# looks for: files
# run: quick
"""150 MiB into /dev/shm, which would outlive the process."""

import numpy as np


def step(seed, x):
    try:
        with open("/dev/shm/@MARK@-flood", "wb") as file:
            for _ in range(150):
                file.write(bytes(1 << 20))
        print("wrote to /dev/shm")
    except OSError as error:
        print("refused:", error)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
