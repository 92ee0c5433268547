# verdicts: accepted runtime_error
# contained in: none landlock namespaces
# looks for: processes time
# run: quick
"""Opens and copies descriptors until there are none, its own standard streams among those that are gone."""

import os
import select

import numpy as np

kept = []


def step(seed, x):
    result = np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
    for descriptor in (0, 1, 2):
        os.close(descriptor)
    try:
        while True:
            kept.append(os.open(os.devnull, os.O_RDWR))
            kept.append(os.dup(kept[-1]))
            kept.append(select.epoll())
    except OSError:
        return result
