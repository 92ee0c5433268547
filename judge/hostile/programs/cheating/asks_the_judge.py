# verdicts: wrong_answer runtime_error
# contained in: landlock namespaces
# looks for: canaries breach
# run: quick
"""Imports the judge, which may be installed, and has it compute what is expected."""

import sys
from pathlib import Path

import numpy as np

sys.path += ["@ROOT@"]


def step(seed, x):
    try:
        from judge.problem.load import load_problem

        problem = load_problem(Path("@ROOT@"), Path("@ROOT@/problems/toy"))
        print("BREACH loaded", problem.cases)
        sys.path.insert(0, str(problem.reference))
        import reference

        return reference.step(seed, x)
    except Exception as error:
        print("refused:", type(error).__name__)
    return np.asarray([12345.0], np.float32)
