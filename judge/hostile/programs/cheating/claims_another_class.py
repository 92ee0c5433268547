# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""Its __class__ is jax's array type, and all that is asked of it is a lie."""

import jax
import numpy as np


class Liar:
    shape, ndim, size, nbytes, dtype = (1,), 1, 1, 4, np.dtype("float32")

    @property
    def __class__(self):
        return jax.Array

    def __array__(self, dtype=None, copy=None):
        return np.asarray([12345.0], np.float32)


def step(seed, x):
    return Liar()
