# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: canaries
# run: quick
"""Knows the public cases' answers by heart, since reports show them; the others are guessed from them."""

import numpy as np

SEEN = {1.0: 27.0}


def step(seed, x):
    return np.asarray([SEEN.get(float(seed), 27.0)], np.float32)
