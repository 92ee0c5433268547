# verdicts: time_limit memory_limit
# contained in: none landlock namespaces
# looks for: processes time cache
# run: more
"""A program of many thousand different operations: tracing and compiling never come to an end."""

import time

import jax
import jax.numpy as jnp


@jax.jit
def unrolled(x):
    stop = time.monotonic() + 45
    k = 0
    while time.monotonic() < stop:
        k += 1
        x = jnp.sin(x * k) @ jnp.cos(x.T + k) @ x
    return x


def step(seed, x):
    return unrolled(x)
