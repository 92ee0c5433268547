# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: canaries breach
# run: quick
"""Expected values lie in the judge's cache."""

import os
from pathlib import Path

import numpy as np


def step(seed, x):
    for place, _folders, names in os.walk("@CACHE@"):
        for name in names:
            if "expected" in place:
                try:
                    print("BREACH", place, name, (Path(place) / name).read_bytes()[:200])
                except OSError as error:
                    print("refused:", error.strerror)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
