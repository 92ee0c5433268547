# verdicts: output_limit
# contained in: none landlock namespaces
# looks for: memory time
# run: more
"""100 MB without a single line break, in one call."""

import sys


def step(seed, x):
    sys.stdout.write("x" * 100_000_000)
