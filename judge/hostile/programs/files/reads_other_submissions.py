# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: canaries breach
# run: quick
"""Copies from its neighbours."""

import glob
from pathlib import Path

import numpy as np


def step(seed, x):
    for name in [*glob.glob("@ROOT@/submissions/toy/*"), "@ROOT@/submissions/toy/diligent.py"]:
        try:
            print("BREACH", Path(name).read_text())
        except OSError as error:
            print("refused:", error.strerror)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
