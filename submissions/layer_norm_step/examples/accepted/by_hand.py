import jax
import jax.numpy as jnp


@jax.jit
def layer_norm_step(x, y, gamma, beta, lr):
    wide = x.astype(jnp.float32)
    wide -= wide.mean(axis=1, keepdims=True)
    wide *= jax.lax.rsqrt((wide * wide).mean(axis=1, keepdims=True) + 1e-5)
    out = (wide * gamma + beta).astype(jnp.bfloat16)
    error = 2 * (out - y).astype(jnp.float32) / out.size
    return {
        "out": out,
        "gamma": gamma - lr * jnp.sum(error * wide, axis=0),
        "beta": beta - lr * jnp.sum(error, axis=0),
    }
