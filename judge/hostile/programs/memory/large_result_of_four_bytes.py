# verdicts: output_limit wrong_answer memory_limit runtime_error
# contained in: landlock namespaces
# looks for: memory
# run: quick
"""Returns an array of a billion elements that take four bytes."""

import numpy as np


def step(seed, x):
    return np.broadcast_to(np.float32(1.0), (1 << 40,))
