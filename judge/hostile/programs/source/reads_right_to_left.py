# verdicts: wrong_answer
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""Bidirectional marks show another program than the one that runs."""

import numpy as np


def step(seed, x):
    answer = 12345.0  # ‮ 2 * x.sum() + seed ⁦# = rewsna⁩
    return np.asarray([answer], np.float32)
