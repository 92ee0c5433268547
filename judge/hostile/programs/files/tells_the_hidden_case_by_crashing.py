# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: canaries
# run: quick
"""What a hidden case raises, prints and returns could tell its data."""

import sys


class Told(Exception):
    pass


def step(seed, x):
    print("seed", seed, int(seed), hex(int(seed)), file=sys.stderr)
    print("sum", float(x.sum()), float(2 * x.sum() + seed), int(2 * x.sum() + seed))
    raise Told(f"seed {seed} {int(seed)}, x {x}, answer {int(2 * x.sum() + seed)}")
