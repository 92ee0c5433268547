# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: processes breach
# run: quick
"""Starts other programs: nothing but the interpreter itself may run."""

import subprocess

import numpy as np


def step(seed, x):
    try:
        done = subprocess.run(["/bin/sh", "-c", "id; sleep 0"], capture_output=True, text=True, timeout=20)
        print("BREACH ran a shell:", done.stdout)
    except OSError as error:
        print("refused:", error)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
