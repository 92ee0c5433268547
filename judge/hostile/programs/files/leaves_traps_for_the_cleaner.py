# verdicts: accepted runtime_error
# contained in: none landlock namespaces
# looks for: files
# run: quick
"""Links out of the scratch folder, which whoever removes it must not follow."""

import os

import numpy as np

for number, target in enumerate(("@HOME@/precious", "@ROOT@/reference", "@HOME@/precious/letter.txt", "..", ".")):
    try:
        os.symlink(target, f"link-{number}")
    except OSError as error:
        print("refused:", error.strerror)
    try:
        os.link(target, f"hard-{number}")
    except OSError as error:
        print("refused:", error.strerror)


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
