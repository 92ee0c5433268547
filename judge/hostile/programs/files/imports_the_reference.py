# verdicts: wrong_answer runtime_error
# contained in: landlock namespaces
# looks for: canaries breach
# run: quick
"""Lets the reference do the work: it is a Python file, after all."""

import sys

sys.path[:0] = ["@ROOT@/reference/toy", "@ROOT@/reference", "@ROOT@"]


def step(seed, x):
    import reference

    print("BREACH the reference answers")
    return reference.step(seed, x)
