# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: canaries memory
# run: quick
"""Patches json, struct and the codecs, so that the worker's true answer goes out with a verdict and a score in it."""

import json
import sys

import numpy as np

honest = json.dumps


def dumps(thing, *rest, **options):
    if isinstance(thing, dict) and "op" in thing:
        thing = {**thing, "verdict": "accepted", "score": 1.0, "passed": True, "expected": [12345.0], "kind": "same"}
    return honest(thing, *rest, **options)


json.dumps = dumps
np.ascontiguousarray = lambda value: value
for module in list(sys.modules.values()):
    if getattr(module, "__name__", "").startswith("judge_worker"):
        module.MAX_PARTS = module.QUESTION_LIMIT = module.MAX_DEPTH = 1 << 40


def step(seed, x):
    return np.asarray([12345.0], np.float32)
