"""Right programs in other styles than the reference: none of them may come near to rejection."""

import jax
import jax.numpy as jnp


def _error(x: jax.Array, y: jax.Array) -> jax.Array:
    return x.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)


def _square(x: jax.Array, y: jax.Array) -> jax.Array:
    return jnp.square(_error(x, y)).mean().astype(jnp.float32)[None]


def _mean_of_rows(x: jax.Array, y: jax.Array) -> jax.Array:
    return jnp.mean(jnp.mean(_error(x, y) ** 2, axis=1)).astype(jnp.float32).reshape(1)


@jax.jit
def _jitted(x: jax.Array, y: jax.Array) -> jax.Array:
    return jnp.mean(_error(x, y) ** 2).astype(jnp.float32).reshape(1)


CORRECT = {"square": _square, "mean-of-rows": _mean_of_rows, "jitted": _jitted}
