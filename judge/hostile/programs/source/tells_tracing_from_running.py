# verdicts: accepted runtime_error wrong_answer
# contained in: none landlock namespaces
# looks for: processes time
# run: quick
"""Crashes and hangs only where its program is traced, not where it is run: the judge must get over it."""

import os
import time

import jax
import numpy as np


def step(seed, x):
    if isinstance(x, jax.core.Tracer):
        time.sleep(2)
        os._exit(0)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
