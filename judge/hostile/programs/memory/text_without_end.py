# verdicts: memory_limit output_limit runtime_error wrong_answer
# contained in: none landlock namespaces
# looks for: memory
# run: more
"""An exception whose message has 300 MB, of a type whose name has 10."""

Long = type("E" * 10_000_000, (Exception,), {})


def step(seed, x):
    raise Long("m" * 300_000_000)
