# verdicts: output_limit
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""200 MB in lines."""


def step(seed, x):
    for _ in range(2_000_000):
        print("x" * 99)
