# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""Says yes to every comparison and has every attribute."""

import numpy as np


class Liar:
    shape, ndim, size, nbytes, dtype = (1,), 1, 1, 4, np.dtype("float32")

    def __eq__(self, other):
        return True

    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __hash__ = None

    def __array__(self, dtype=None, copy=None):
        return np.asarray([12345.0], np.float32)

    def __float__(self):
        return 12345.0

    def __getattr__(self, name):
        return self

    def __call__(self, *_, **__):
        return self


def step(seed, x):
    return Liar()
