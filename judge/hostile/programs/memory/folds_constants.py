# verdicts: memory_limit time_limit runtime_error wrong_answer
# contained in: none landlock namespaces
# looks for: memory time cache
# run: more
"""A compiler that evaluates constants evaluates these: 2 GiB at compile time."""

import signal

import jax
import jax.numpy as jnp

signal.alarm(50)


@jax.jit
def bomb():
    wide = jnp.full((1 << 14, 1 << 14), 3.0) * jnp.full((1 << 14, 1 << 14), 5.0)
    return (wide @ wide[:, :64]).sum()


def step(seed, x):
    return bomb()[None]
