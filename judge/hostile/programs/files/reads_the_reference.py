# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: canaries breach
# run: quick
"""The reference and the mistake variants, by their path in the checkout and by the names they may have elsewhere."""

from pathlib import Path

import numpy as np


def step(seed, x):
    for name in ("reference.py", "mistakes.py"):
        try:
            print("BREACH", (Path("@ROOT@") / "reference/toy" / name).read_text())
        except OSError as error:
            print("refused:", error.strerror)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
