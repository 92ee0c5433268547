# verdicts: accepted runtime_error time_limit memory_limit
# contained in: none landlock namespaces
# looks for: processes time
# run: quick
"""300 threads that wait."""

import threading
import time

import numpy as np


def step(seed, x):
    for _ in range(300):
        try:
            threading.Thread(target=time.sleep, args=(50,), daemon=True).start()
        except RuntimeError:
            break
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
