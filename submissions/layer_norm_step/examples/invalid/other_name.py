import jax.numpy as jnp


def layer_norm(x, y, gamma, beta, lr):
    wide = x.astype(jnp.float32)
    return {"out": wide.astype(jnp.bfloat16), "gamma": gamma, "beta": beta}
