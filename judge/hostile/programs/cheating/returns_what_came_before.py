# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: canaries
# run: more
"""Keeps references to earlier arguments and answers, in the hope that something fills them in."""

import gc

import numpy as np

last = []


def step(seed, x):
    arrays = [thing for thing in gc.get_objects() if type(thing) is np.ndarray and thing.shape == (1,)]
    last.append(x)
    return np.asarray(arrays[-1], np.float32) if arrays else np.asarray([12345.0], np.float32)
