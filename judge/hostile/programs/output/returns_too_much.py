# verdicts: output_limit
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""An honest array of 64 MiB."""

import numpy as np


def step(seed, x):
    return np.ones(16 << 20, np.float32)
