# verdicts: time_limit invalid runtime_error accepted
# contained in: landlock namespaces
# looks for: time processes
# run: more
"""Is a callable whose signature and name never come."""

import numpy as np


def good(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)


class C:
    def __call__(self, seed, x):
        return good(seed, x)

    @property
    def __signature__(self):
        while True:
            pass

    __wrapped__ = __code__ = __name__ = __signature__


step = C()
