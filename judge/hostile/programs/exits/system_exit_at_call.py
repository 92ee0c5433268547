# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: processes
# run: more
"""sys.exit(0) in a case."""

import sys


def step(seed, x):
    sys.exit(0)
