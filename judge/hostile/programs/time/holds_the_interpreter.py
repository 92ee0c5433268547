# verdicts: time_limit
# contained in: none landlock namespaces
# looks for: processes time
# run: more
"""A regular expression that backtracks in C, where no Python-level timeout can reach."""

import re
import signal

signal.alarm(50)


def step(seed, x):
    return re.match(r"(a+)+$", "a" * 60 + "b")
