# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""Writes over the bytes of its arguments and of the constants around them, as if the judge read them once more."""

import ctypes
import sys

import numpy as np

def step(seed, x):
    view = np.asarray(x)
    ctypes.memset(view.ctypes.data, 0, view.nbytes)
    frame = sys._getframe().f_back
    while frame is not None:
        for name, value in list(frame.f_locals.items()):
            if isinstance(value, list | dict) and name in ("arguments", "asked", "arrays"):
                value.clear()
            for array in getattr(value, "arrays", ()):
                header = sys.getsizeof(b"") - 1
                ctypes.memset(id(array.data) + header, 0, len(array.data))
        frame = frame.f_back
    return np.asarray([0.0], np.float32)
