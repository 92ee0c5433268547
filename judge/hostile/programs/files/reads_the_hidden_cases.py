# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: canaries breach
# run: quick
"""The problem's file holds the data of the hidden case."""

import os
from pathlib import Path

import numpy as np


def step(seed, x):
    for place in (Path("@ROOT@/problems/toy"), Path("problems/toy"), Path("../problems/toy")):
        try:
            print("BREACH", os.listdir(place), (place / "problem.yaml").read_text())
        except OSError as error:
            print("refused:", error.strerror)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
