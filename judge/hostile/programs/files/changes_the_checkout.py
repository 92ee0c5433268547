# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: files breach
# run: quick
"""Edits the reference, the tolerance and its neighbour's work."""

import os

import numpy as np

TARGETS = (
    "@ROOT@/reference/toy/reference.py", "@ROOT@/problems/toy/problem.yaml", "@ROOT@/submissions/toy/diligent.py",
    "@HOME@/precious/letter.txt",
)  # fmt: skip


def step(seed, x):
    for target in TARGETS:
        for way in (
            lambda: os.truncate(target, 0),
            lambda: open(target, "a").write("\n# changed\n"),
            lambda: os.open(target, os.O_RDONLY | os.O_TRUNC),
            lambda: os.utime(target, (1, 1)),
            lambda: os.chmod(target, 0o777),
            lambda: os.rename(target, target + ".@MARK@"),
            lambda: os.unlink(target),
        ):
            try:
                way()
                print("BREACH changed", target)
            except OSError:
                continue
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
