# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: canaries
# run: quick
"""Looks through frames and all objects for expected values, the reference, and anything of the judge."""

import gc
import sys

import numpy as np

WORDS = ("expected", "reference", "truth", "hidden", "verdict", "tolerance", "answer_key")


def step(seed, x):
    frame = sys._getframe()
    while frame is not None:
        for name, value in frame.f_locals.items():
            if any(word in name.lower() for word in WORDS):
                print("BREACH a local", name, type(value), str(value)[:200])
        frame = frame.f_back
    for module in sorted(sys.modules):
        if module == "judge" or module.startswith("judge."):
            print("BREACH the judge is here:", module)
    for thing in gc.get_objects():
        if type(thing) is dict and "__doc__" not in thing and ("expected" in thing or "canary" in thing):
            print("BREACH", str(thing)[:200])
    return np.asarray([12345.0], np.float32)
