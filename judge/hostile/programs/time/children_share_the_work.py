# verdicts: time_limit runtime_error
# contained in: none landlock namespaces
# looks for: processes time
# run: quick
"""Three children burn CPU time while their parent sleeps: together they are over the limit long before the clock."""

import os
import time


def step(seed, x):
    for _ in range(3):
        if os.fork() == 0:
            spin()
            os._exit(0)
    time.sleep(45)


def spin():
    stop = time.monotonic() + 40
    while time.monotonic() < stop:
        pass
