# verdicts: accepted runtime_error time_limit memory_limit
# contained in: none landlock namespaces
# looks for: processes time
# run: more
"""One process that forks 300 children, which wait."""

import os
import time

import numpy as np


def step(seed, x):
    for _ in range(300):
        try:
            if os.fork() == 0:
                time.sleep(50)
                os._exit(0)
        except OSError:
            break
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
