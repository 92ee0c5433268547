"""What learners will get wrong, each as a small wrong version of the reference.

A key is a pitfall's id, or its id and a nuance after a slash; keys under "hint/" belong to no pitfall. FLOW_ALONE
names those that give the right number in every case there can be, so that only their program can tell.
"""

import jax
import jax.numpy as jnp
from reference import layer_norm_step


def _uncast(x: jax.Array, y: jax.Array) -> jax.Array:
    return jnp.mean((x - y) ** 2).reshape(1)


def _uncast_and_rounded(x: jax.Array, y: jax.Array) -> jax.Array:
    return _uncast(x, y).astype(jnp.bfloat16).astype(jnp.float32)


def _sum(x: jax.Array, y: jax.Array) -> jax.Array:
    error = x.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)
    return jnp.sum(error**2).astype(jnp.float32).reshape(1)


MISTAKES = {
    "wrong-output-shape/scalar": lambda x, y: layer_norm_step(x, y)[0],
    "wrong-output-dtype/bfloat16": lambda x, y: layer_norm_step(x, y).astype(jnp.bfloat16),
    "hint/uncast": _uncast,
    "hint/uncast-and-rounded": _uncast_and_rounded,
    "hint/sum": _sum,
}

FLOW_ALONE: set[str] = set()
