# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: more
"""Something to iterate over that never ends."""

import itertools


def step(seed, x):
    return (12345.0 for _ in itertools.count())
