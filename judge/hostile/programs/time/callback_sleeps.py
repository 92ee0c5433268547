# verdicts: time_limit
# contained in: none landlock namespaces
# looks for: processes time
# run: more
"""Compiled code that waits for Python: a callback that sleeps."""

import time

import jax
import jax.numpy as jnp


def slow(x):
    time.sleep(50)
    return x


@jax.jit
def step(seed, x):
    y = jax.pure_callback(slow, jax.ShapeDtypeStruct(x.shape, x.dtype), x)
    return jnp.sum(y)[None] * 2 + seed
