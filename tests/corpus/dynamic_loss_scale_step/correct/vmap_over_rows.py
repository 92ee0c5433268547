# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def one_row(kernel, bias, row):
    return row @ kernel + bias


all_rows = jax.vmap(one_row, in_axes=(None, None, 0))


def to16(*things):
    return [t.astype(jnp.float16) for t in things]


def loss16(params, x, y):
    kernel, bias, x, y = to16(*params, x, y)
    errors = all_rows(kernel, bias, x) - y
    return jnp.mean(jnp.multiply(errors, errors))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    @jax.grad
    def gradient(params):
        return loss_scale * loss16(params, x, y).astype(jnp.float32)

    grads = tuple(g / loss_scale for g in gradient(params))
    bad = sum(int(jnp.sum(~jnp.isfinite(g))) for g in grads)  # how many elements
    if bad == 0:
        params = tuple(p - lr * g for p, g in zip(params, grads))
    count = 0 if bad else good_steps + 1
    scale = max(loss_scale * 0.5, 1.0) if bad else loss_scale
    if count >= growth_interval:
        count, scale = 0, min(scale * 2.0, 2.0**24)
    return jnp.array([loss16(params, x, y).astype(jnp.float32), scale, count], dtype=jnp.float32)
