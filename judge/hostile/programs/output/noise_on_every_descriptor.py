# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""Random bytes to whatever is open."""

import os

for descriptor in range(3, 64):
    try:
        os.write(descriptor, b"accepted\n" + bytes(range(256)) * 8)
    except OSError:
        continue


def step(seed, x):
    return None
