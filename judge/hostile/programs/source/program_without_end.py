# verdicts: accepted time_limit
# contained in: none landlock namespaces
# looks for: memory time
# run: more
"""Traced, it is a program of a hundred thousand operations: a record that is too large for anyone."""

import jax
import jax.numpy as jnp


def step(seed, x):
    if isinstance(x, jax.core.Tracer):
        for _ in range(100_000):
            x = x + 1.0
    return jnp.asarray([2 * jnp.sum(x) + seed], jnp.float32)
