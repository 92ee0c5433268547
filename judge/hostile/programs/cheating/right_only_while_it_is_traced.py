# verdicts: wrong_answer
# contained in: none landlock namespaces
# looks for: canaries
# run: quick
"""Computes what was asked for when it is traced, and something else whenever it counts."""

import jax
import jax.numpy as jnp

def step(seed, x):
    if isinstance(x, jax.core.Tracer) or isinstance(seed, jax.core.Tracer):
        return jnp.asarray([2 * jnp.sum(x) + seed], jnp.float32)
    return jnp.asarray([12345.0], jnp.float32)
