# verdicts: accepted runtime_error
# contained in: none landlock namespaces
# looks for: processes
# run: quick
"""Collector callbacks, finalizers, hooks and atexit functions, all of which end the process with status 0."""

import atexit
import gc
import os
import sys
import threading
import weakref

import numpy as np

def leave(*_):
    os._exit(0)


class Last:
    def __del__(self):
        leave()


def step(seed, x):
    result = np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
    atexit.register(leave)
    weakref.finalize(result, leave)
    sys.excepthook = sys.unraisablehook = threading.excepthook = leave
    gc.callbacks.append(leave)
    gc.set_threshold(1)
    loop = [Last()]
    loop.append(loop)
    return result
