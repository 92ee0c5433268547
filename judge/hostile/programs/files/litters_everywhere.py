# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: files breach
# run: quick
"""Leaves a file in every place that is often writable."""

import os

import numpy as np

PLACES = (
    "@TMP@", "@HOME@", "@ROOT@", "@CACHE@", "@ROOT@/submissions/toy", "@ROOT@/problems/toy",
    "/tmp", "/var/tmp", "/dev/shm", "/run/lock", "/dev/mqueue", "/", "/root", "/home",
)  # fmt: skip


def step(seed, x):
    for place in PLACES:
        try:
            with open(os.path.join(place, "@MARK@.py"), "w") as file:
                file.write("litter")
            print("wrote to", place)
        except OSError as error:
            print("refused:", place, error.strerror)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
