# verdicts: time_limit wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: processes time
# run: more
"""The call returns at once, but looking at what it returned takes for ever."""

import time


class Slow:
    def __repr__(self):
        time.sleep(50)
        return "slow"


def step(seed, x):
    return Slow()
