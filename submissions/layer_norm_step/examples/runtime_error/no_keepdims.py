import jax
import jax.numpy as jnp


def layer_norm_step(x, y, gain, bias, lr):
    def loss(gain, bias):
        wide = x.astype(jnp.float32)
        wide = wide - wide.mean(axis=1)
        out = (wide / jnp.sqrt(wide.var(axis=1) + 1e-5) * gain + bias).astype(jnp.bfloat16)
        return jnp.mean((out.astype(jnp.float32) - y.astype(jnp.float32)) ** 2), out

    (d_gain, d_bias), out = jax.grad(loss, argnums=(0, 1), has_aux=True)(gain, bias)
    return {"out": out, "gain": gain - lr * d_gain, "bias": bias - lr * d_bias}
