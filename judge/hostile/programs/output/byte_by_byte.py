# verdicts: output_limit time_limit
# contained in: none landlock namespaces
# looks for: memory time
# run: more
"""As many writes as there are bytes."""

import os
import signal

signal.alarm(50)


def step(seed, x):
    while True:
        os.write(1, b"x")
