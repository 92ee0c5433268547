# verdicts: accepted runtime_error
# contained in: none landlock namespaces
# looks for: time
# run: quick
"""Closes stdin, stdout and stderr, both ways, then answers."""

import os
import sys

import numpy as np

for stream in (sys.stdin, sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
    try:
        stream.close()
    except Exception:
        continue
os.closerange(0, 3)


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
