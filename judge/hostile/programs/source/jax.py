# verdicts: accepted
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""A file called jax.py, which must not be in the way of the real one, for itself or for its neighbours."""

import jax
import jax.numpy as jnp

assert hasattr(jax, "make_jaxpr")


def step(seed, x):
    return jnp.asarray([2 * jnp.sum(x) + seed], jnp.float32)
