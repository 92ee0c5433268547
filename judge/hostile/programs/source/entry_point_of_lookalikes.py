# verdicts: invalid
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""The entry point's first letter is Cyrillic."""

import numpy as np


def ѕtep(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
