# verdicts: pitfall
# contained in: none landlock namespaces
# looks for: time memory processes
# run: quick
# reading: required
"""Is right while it is run and while it is read; to be evaluated elsewhere it hands in a loop without end."""

import jax
import jax.numpy as jnp

seen = []


def step(seed, x):
    right = jnp.asarray([2 * jnp.sum(x) + seed], jnp.float32)
    if not seen and isinstance(x, jax.core.Tracer):
        return jax.lax.while_loop(lambda one: one[0] < jnp.inf, lambda one: one * 0, right)
    seen.append(1)
    return right
