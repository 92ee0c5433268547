# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""Patches every function of the worker's modules that tells the judge something."""

import sys

import numpy as np

for name, module in list(sys.modules.items()):
    file = getattr(module, "__file__", None) or ""
    if "/worker/" in file:
        for attribute in ("describe", "is_array", "exception_fact", "trace"):
            if hasattr(module, attribute):
                setattr(module, attribute, lambda *_, **__: {"array": 0, "verdict": "accepted"})


def step(seed, x):
    return np.asarray([12345.0], np.float32)
