# verdicts: memory_limit
# contained in: none landlock namespaces
# looks for: memory processes
# run: more
"""As fast as pages can be had: what a watchdog sees late, an address space limit ends."""


def step(seed, x):
    kept = []
    for _ in range(64):
        kept.append(bytearray(b"x") * (64 << 20))
    return kept
