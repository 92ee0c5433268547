# verdicts: accepted runtime_error time_limit output_limit
# contained in: none landlock namespaces
# looks for: files
# run: more
"""Twenty thousand empty files."""

import os

import numpy as np

for folder in range(20):
    os.mkdir(str(folder))
    for number in range(1000):
        os.close(os.open(f"{folder}/{number}", os.O_CREAT | os.O_WRONLY))


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
