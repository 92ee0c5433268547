# verdicts: pitfall
# contained in: none landlock namespaces
# looks for: canaries
# run: quick
# reading: required
"""Gives the right number, and another program of other numbers to who reads it."""

import jax
import jax.numpy as jnp


def step(seed, x):
    if isinstance(x, jax.core.Tracer):
        return jnp.asarray([3 * jnp.sum(x) + seed], jnp.float32)
    return jnp.asarray([2 * jnp.sum(x.astype(jnp.bfloat16)).astype(jnp.float32) + seed], jnp.float32)
