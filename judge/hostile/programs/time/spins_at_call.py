# verdicts: time_limit
# contained in: none landlock namespaces
# looks for: processes time
# run: more
"""An endless loop in every case."""

import time


def step(seed, x):
    stop = time.monotonic() + 50
    while time.monotonic() < stop:
        pass
