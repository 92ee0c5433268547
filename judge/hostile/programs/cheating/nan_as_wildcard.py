# verdicts: wrong_answer
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""NaN compares neither as larger nor as smaller than any tolerance."""

import jax.numpy as jnp


def step(seed, x):
    return jnp.asarray([jnp.nan], jnp.float32)
