# verdicts: wrong_answer
# contained in: none landlock namespaces
# looks for: canaries
# run: more
"""A wrong value is shown in a public case; in a hidden one it would be its data."""

import sys

import numpy as np


def step(seed, x):
    sys.stdout.write(f"{seed}\n" * 3)
    return {"seed": float(seed), "x": np.asarray(x), "answer": str(int(2 * x.sum() + seed))}
