# verdicts: accepted runtime_error time_limit
# contained in: landlock namespaces
# looks for: canaries breach
# run: quick
"""Lists what lies around: other scratch folders, the checkout, homes, and the sockets in them."""

import os

import numpy as np


def step(seed, x):
    for place in ("@ROOT@", "@HOME@", "@TMP@", "/tmp", "/root", "/home", "..", "../..", "/run", "/proc", "/etc/ssh"):
        try:
            found = set(os.listdir(place)) - set(os.getcwd().split("/"))
            told = [name for name in found if "@MARK@" in name or name in {"submissions", "@JUDGE_PID@", ".ssh"}]
            print("BREACH listed" if told else "listed", place, sorted(found)[:20], told)
        except OSError as error:
            print("refused:", place, error.strerror)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
