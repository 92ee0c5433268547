# verdicts: time_limit
# contained in: none landlock namespaces
# looks for: processes time
# run: quick
"""An endless loop before anything is defined."""

import time

STOP = time.monotonic() + 50
while time.monotonic() < STOP:
    pass


def step(seed, x):
    return None
