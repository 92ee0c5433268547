# expect: pitfall|wrong_answer
# finding: low-precision-unscale
"""A pullback that unscales in the dtype of the copies hands the masters quotients computed in float16."""
import functools

import jax
import jax.numpy as jnp
from flax import nnx


def unscale(grads, scale, compute_dtype=jnp.float16):
    def one(g):
        q = g.astype(compute_dtype) / jnp.asarray(scale, compute_dtype)  #@ low-precision-unscale
        return q.astype(jnp.float32)

    return jax.tree.map(one, grads)


@functools.partial(jax.jit, static_argnames=("interval",))
def step(params, x, y, lr, scale, count, interval):
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        w, b = (a.astype(jnp.float16) for a in p)
        return jnp.mean(jnp.square(x @ w + b - y)).astype(jnp.float32)

    grads = jax.grad(lambda p: loss(p) * scale)(params)
    finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in grads]))
    grads = unscale(grads, scale)
    params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), params, grads)
    grown = finite & (count + 1 == interval)
    new_scale = jnp.where(finite, jnp.where(grown, jnp.minimum(scale * 2, 2.0**24), scale), jnp.maximum(scale / 2, 1.0))
    new_count = jnp.where(finite & ~grown, count + 1, 0)
    return jnp.stack([loss(params), new_scale, new_count.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    return step(params, x, y, jnp.float32(lr), jnp.float32(loss_scale), jnp.int32(good_steps), interval=growth_interval)
