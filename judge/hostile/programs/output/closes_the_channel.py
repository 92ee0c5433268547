# verdicts: runtime_error time_limit
# contained in: none landlock namespaces
# looks for: time
# run: quick
"""Closes every descriptor, the judge's among them, and waits."""

import os
import time

os.closerange(0, 1024)
time.sleep(50)


def step(seed, x):
    return None
