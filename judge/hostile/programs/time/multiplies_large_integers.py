# verdicts: time_limit
# contained in: none landlock namespaces
# looks for: processes time
# run: more
"""One arithmetic operation that takes minutes and can't be interrupted from Python."""

import signal

signal.alarm(50)


def step(seed, x):
    return str(3 ** (1 << 27) % (7 ** (1 << 24)))[:1]
