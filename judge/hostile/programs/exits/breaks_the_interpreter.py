# verdicts: runtime_error wrong_answer accepted
# contained in: none landlock namespaces
# looks for: processes
# run: more
"""Takes from the worker what it needs to answer: builtins, modules, json."""

import builtins
import json
import sys

import numpy as np

json.dumps = json.encoder = None
sys.modules.clear()
for name in ("len", "isinstance", "type", "list", "getattr", "print", "BaseException"):
    setattr(builtins, name, None)


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
