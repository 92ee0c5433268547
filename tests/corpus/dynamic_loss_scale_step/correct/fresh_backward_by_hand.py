# expect: accepted
"""Backpropagation written out. It is only one layer, after all."""
import jax.numpy as jnp
from flax import nnx

HALF = jnp.float16
FULL = jnp.float32


def residual(kernel, bias, x, y):
    return jnp.dot(x, kernel.astype(HALF)) + bias.astype(HALF) - y


def mean_square(r):
    return jnp.mean(r * r)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel = layer.kernel[...]
    bias = layer.bias[...]
    x = x.astype(HALF)
    y = y.astype(HALF)

    r = residual(kernel, bias, x, y)
    # d(scale * mean(r^2)) / dr, with the cotangent of the float16 mean as float16
    ct = jnp.asarray(loss_scale, FULL).astype(HALF)
    ct = (ct.astype(FULL) / r.size).astype(HALF)
    dr = ct * (2 * r)
    d_kernel = (x.T @ dr).astype(FULL) / loss_scale
    d_bias = jnp.sum(dr, axis=0).astype(FULL) / loss_scale

    finite = bool(jnp.isfinite(d_kernel).all() & jnp.isfinite(d_bias).all())
    if not finite:
        new_scale, new_count = max(loss_scale / 2, 1.0), 0
    else:
        kernel = kernel - lr * d_kernel
        bias = bias - lr * d_bias
        new_scale, new_count = loss_scale, good_steps + 1
        if new_count >= growth_interval:
            new_scale, new_count = min(loss_scale * 2, 2.0**24), 0

    loss = mean_square(residual(kernel, bias, x, y))
    return jnp.stack([loss.astype(FULL), jnp.asarray(new_scale, FULL), jnp.asarray(new_count, FULL)])
