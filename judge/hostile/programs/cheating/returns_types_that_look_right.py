# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory
# run: more
"""A structured dtype, object arrays with numbers that lie, and a float that is larger than all others."""

import numpy as np


class Close(float):
    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__

    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


def step(seed, x):
    return np.asarray([Close(12345.0)], object)
