# expect: accepted
"""Everything in one jit; lax.switch over the three rows of the table."""
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def _mse(params, x, y):
    w, b = jax.tree.map(lambda p: p.astype(jnp.float16), params)
    return jnp.square(x @ w + b - y).mean()


@jax.jit
def _step(params, x, y, lr, scale, count, interval):
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)
    scaled, vjp = jax.vjp(lambda p: _mse(p, x, y).astype(jnp.float32) * scale, params)
    (grads,) = vjp(jnp.ones_like(scaled))
    grads = jax.tree.map(lambda g: g / scale, grads)
    finite = jnp.isfinite(jnp.concatenate([g.ravel() for g in grads])).all()

    updated = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    row = jnp.where(finite, jnp.where(count + 1 < interval, 0, 1), 2)
    params, scale, count = jax.lax.switch(
        row,
        [
            lambda: (updated, scale, count + 1),
            lambda: (updated, jnp.minimum(scale * 2, 2.0**24), jnp.zeros_like(count)),
            lambda: (params, jnp.maximum(scale * 0.5, 1.0), jnp.zeros_like(count)),
        ],
    )
    return jnp.stack([_mse(params, x, y).astype(jnp.float32), scale, count.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    f = partial(_step, (lin.kernel[...], lin.bias[...]), x, y)
    return f(jnp.float32(lr), jnp.float32(loss_scale), jnp.int32(good_steps), jnp.int32(growth_interval))
