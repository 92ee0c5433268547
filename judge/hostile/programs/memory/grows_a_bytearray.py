# verdicts: memory_limit
# contained in: none landlock namespaces
# looks for: memory processes
# run: quick
"""Takes memory and touches every page, at most 4 GiB."""

import time

kept = []
for _ in range(64):
    kept.append(bytearray(b"x") * (64 << 20))
    time.sleep(0.05)


def step(seed, x):
    return None
