# verdicts: accepted wrong_answer runtime_error output_limit
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""Returns an array that threads go on changing, its shape and type, too, while it is described and sent."""

import threading
import time

import numpy as np


def change(result, right):
    stop = time.monotonic() + 20
    while time.monotonic() < stop:
        for number in (right, 0.0, float("nan"), right):
            result[...] = number
            try:
                result.resize((1 << 16,), refcheck=False)
                result.resize((1,), refcheck=False)
            except ValueError:
                pass


def step(seed, x):
    right = 2 * float(np.asarray(x).sum()) + seed
    result = np.array([right], np.float32)
    for _ in range(3):
        threading.Thread(target=change, args=(result, right), daemon=True).start()
    return result
