# verdicts: wrong_answer runtime_error output_limit
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""A subclass of ndarray with a wrong shape, size and dtype of its own, and 32 MiB behind it."""

import numpy as np


class Lying(np.ndarray):
    shape = property(lambda self: (1,))
    nbytes = property(lambda self: 4)
    dtype = property(lambda self: np.dtype("float32"))

    def __array_function__(self, *_):
        return True

    def __array_ufunc__(self, *_, **__):
        return True

    def __eq__(self, other):
        return True


def step(seed, x):
    return np.full(8 << 20, 12345.0, np.float32).view(Lying)
