# verdicts: accepted runtime_error time_limit output_limit
# contained in: none landlock namespaces
# looks for: files
# run: quick
"""150 MB in files that are each as large as they may be."""

import numpy as np

part = bytes(1 << 20)
try:
    for number in range(150):
        with open(f"part-{number}", "wb") as file:
            file.write(part)
except OSError as error:
    print("refused:", error)


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
