# verdicts: time_limit
# contained in: none landlock namespaces
# looks for: processes time
# run: more
"""Uses no CPU time at all, only the clock's."""

import time


def step(seed, x):
    time.sleep(50)
