# verdicts: accepted
# contained in: none landlock namespaces
# looks for: memory
# run: more
"""A file called __main__.py, whose name asks whether it is run as a program."""

import numpy as np

if __name__ == "__main__":
    raise SystemExit(0)


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
