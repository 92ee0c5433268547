# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""Returns what a traced function saw, which is no number."""

import jax

seen = []


def step(seed, x):
    jax.make_jaxpr(lambda a: seen.append(a.sum()[None] * 2 + seed) or a)(x)
    return seen[-1]
