# verdicts: output_limit
# contained in: none landlock namespaces
# looks for: canaries memory
# run: more
"""Breaks the output limit with the case's own data."""

import signal

signal.alarm(50)


def step(seed, x):
    while True:
        print("seed", int(seed), "answer", int(2 * x.sum() + seed))
