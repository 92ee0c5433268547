# verdicts: accepted runtime_error
# contained in: none landlock namespaces
# looks for: processes time
# run: quick
"""A child keeps both output pipes open after the answer: nobody may wait for their end."""

import os
import time

import numpy as np


def step(seed, x):
    if os.fork() == 0:
        time.sleep(50)
        os._exit(0)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
