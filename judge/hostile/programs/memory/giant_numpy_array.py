# verdicts: memory_limit
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""4 GiB in one allocation, every page of it touched."""

import numpy as np


def step(seed, x):
    return np.ones(1 << 29, np.float64).sum(keepdims=True).astype(np.float32)
