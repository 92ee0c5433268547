import jax.numpy as jnp


def layer_norm(x, y, gain, bias, lr):
    wide = x.astype(jnp.float32)
    return {"out": wide.astype(jnp.bfloat16), "gain": gain, "bias": bias}
