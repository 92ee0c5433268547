# expect: wrong_answer
# allow: low-precision-grads
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def unscaled(g16, scale):
    out = np.zeros_like(g16)
    out[...] = g16.astype(np.float32) / np.float32(scale)
    return out


def loss_half(kernel, bias, x, y):
    pred = x @ kernel + bias
    return jnp.mean((pred - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel = np.asarray(lin.kernel[...]).copy()
    bias = np.asarray(lin.bias[...]).copy()
    x = jnp.asarray(x, jnp.float16)
    y = jnp.asarray(y, jnp.float16)

    def scaled(k, b):
        return loss_half(k, b, x, y).astype(jnp.float32) * loss_scale

    gk, gb = jax.grad(scaled, argnums=(0, 1))(jnp.float16(kernel), jnp.float16(bias))
    gk = unscaled(np.asarray(gk), loss_scale)
    gb = unscaled(np.asarray(gb), loss_scale)

    if np.isfinite(gk).all() and np.isfinite(gb).all():
        kernel -= np.float32(lr) * gk.astype(np.float32)
        bias -= np.float32(lr) * gb.astype(np.float32)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0

    final = loss_half(jnp.float16(kernel), jnp.float16(bias), x, y)
    return jnp.array([np.float32(final), loss_scale, good_steps], dtype=jnp.float32)
