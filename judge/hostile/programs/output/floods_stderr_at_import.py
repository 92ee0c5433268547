# verdicts: output_limit
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""200 MB past Python's own streams, in one line."""

import os

for _ in range(200):
    os.write(2, b"x" * 1_000_000)


def step(seed, x):
    return None
