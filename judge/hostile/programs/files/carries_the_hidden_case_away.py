# verdicts: accepted runtime_error wrong_answer
# contained in: landlock namespaces
# looks for: canaries files
# run: quick
# times: 2
"""Writes what it is given to every place that a later process may find, and prints what it finds there itself."""

import os

import numpy as np

PLACES = ("/dev/shm/@MARK@-diary", "/tmp/@MARK@-diary", "@TMP@/@MARK@-diary", "@CACHE@/@MARK@-diary", "../@MARK@-diary")


def diary(mode, text=None):
    for place in PLACES:
        try:
            with open(place, mode) as file:
                yield file.write(text) if text else file.read()
        except OSError:
            continue


print("found", list(diary("r")))


def step(seed, x):
    list(diary("a", f"seed {seed!r} x {np.asarray(x).tolist()}\n"))
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
