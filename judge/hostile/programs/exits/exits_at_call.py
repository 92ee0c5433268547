# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: processes
# run: quick
"""Status 0 before the check."""

import os


def step(seed, x):
    print('{"verdict": "accepted"}', flush=True)
    os._exit(0)
