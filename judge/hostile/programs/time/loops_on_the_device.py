# verdicts: time_limit
# contained in: none landlock namespaces
# looks for: processes time
# run: quick
"""A while_loop in compiled code: no Python runs, and no signal handler either."""

import signal

import jax
import jax.numpy as jnp

signal.alarm(50)


def step(seed, x):
    count = jax.lax.while_loop(lambda i: i >= 0, lambda i: (i + 1) % 1000, jnp.int32(0))
    return jnp.sum(x)[None] * 2 + seed + count
