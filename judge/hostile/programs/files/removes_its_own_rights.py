# verdicts: accepted runtime_error output_limit
# contained in: none landlock namespaces
# looks for: files
# run: quick
"""Folders that can't be entered or read, names that no shell likes, and a scratch folder that was moved."""

import os

import numpy as np

os.makedirs("closed/inner/most")
with open("closed/inner/most/file", "w") as file:
    file.write("x")
for name in ("-rf", "new\nline", "\x1b[31m", "a" * 255, b"\xff\xfe"):
    open(name, "w").close()
for name in ("closed/inner/most", "closed/inner", "closed", "."):
    try:
        os.chmod(name, 0)
    except OSError as error:
        print("refused:", error.strerror)


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
