# verdicts: time_limit
# contained in: none landlock namespaces
# looks for: processes time
# run: quick
"""Blocks and ignores every signal that can be, then waits."""

import signal
import time

for number in range(1, signal.NSIG):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        continue
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))
time.sleep(50)


def step(seed, x):
    return None
