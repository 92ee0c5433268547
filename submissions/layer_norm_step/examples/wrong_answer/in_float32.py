import jax.numpy as jnp


def layer_norm_step(x, y):
    return jnp.mean((x - y) ** 2).reshape(1)
