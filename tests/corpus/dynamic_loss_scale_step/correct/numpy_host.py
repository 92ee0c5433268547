# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def loss16(kernel, bias, x, y):
    h = jnp.float16
    err = jnp.matmul(x.astype(h), kernel.astype(h)) + bias.astype(h) - y.astype(h)
    return jnp.mean(jnp.square(err))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel = np.asarray(layer.kernel[...])
    bias = np.asarray(layer.bias[...])

    def scaled(k, b):
        return loss16(k, b, x, y).astype(jnp.float32) * np.float32(loss_scale)

    gk, gb = (np.asarray(g, dtype=np.float32) for g in jax.grad(scaled, argnums=(0, 1))(jnp.asarray(kernel), jnp.asarray(bias)))
    if np.isfinite(gk).all() and np.isfinite(gb).all():
        kernel = kernel - np.float32(lr) * (gk / np.float32(loss_scale))
        bias = bias - np.float32(lr) * (gb / np.float32(loss_scale))
        count = good_steps + 1
        scale = loss_scale
        if count >= growth_interval:
            count, scale = 0, min(scale * 2, 2.0**24)
    else:
        count, scale = 0, max(loss_scale / 2, 1.0)
    loss = loss16(jnp.asarray(kernel), jnp.asarray(bias), x, y)
    return np.array([loss, scale, count], dtype=np.float32)
