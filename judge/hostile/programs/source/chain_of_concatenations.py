# verdicts: accepted time_limit
# contained in: none landlock namespaces
# looks for: memory time
# run: more
"""Traced, it is a small program in which everything is made of everything before: a reading that squares."""

import jax
import jax.numpy as jnp
import numpy as np


def step(seed, x):
    answer = jnp.asarray([2 * jnp.sum(x) + seed], jnp.float32)
    if isinstance(x, jax.core.Tracer):
        grown = x
        for number in range(4000):
            grown = jax.lax.concatenate_p.bind(grown, np.full((1, x.shape[1]), number, np.float32), dimension=0)
        answer = answer + jnp.sum(grown)
    return answer
