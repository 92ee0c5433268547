# verdicts: memory_limit time_limit output_limit wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: more
"""A small list whose description is exponentially large."""

import signal

signal.alarm(50)


def step(seed, x):
    nested = [0.0] * 60
    for _ in range(12):
        nested = [nested] * 60
    return nested
