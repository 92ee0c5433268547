import jax
import jax.numpy as jnp


def layer_norm_step(x, y, gain, bias, lr):
    h = jax.nn.standardize(x.astype(jnp.float32), axis=-1, epsilon=1e-5)

    def loss(gain, bias):
        out = (h * gain + bias).astype(jnp.bfloat16)
        return jnp.mean((out - y) ** 2), out

    grads, out = jax.grad(loss, (0, 1), has_aux=True)(gain, bias)
    gain, bias = (p - lr * g for p, g in zip((gain, bias), grads))
    return {"out": out, "gain": gain, "bias": bias}
