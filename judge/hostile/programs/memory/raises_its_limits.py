# verdicts: memory_limit
# contained in: none landlock namespaces
# looks for: memory breach
# run: quick
"""Lifts every limit of its own first, then takes 2 GiB."""

import resource
import time

for name in ("RLIMIT_AS", "RLIMIT_DATA", "RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_CPU"):
    try:
        resource.setrlimit(getattr(resource, name), (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except (OSError, ValueError):
        continue
kept = []
for _ in range(32):
    kept.append(bytearray(b"x") * (64 << 20))
    time.sleep(0.05)


def step(seed, x):
    return None
