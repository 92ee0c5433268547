# expect: accepted
from functools import wraps

import jax
import jax.numpy as jnp
from flax import nnx


def in_half(fn):
    """Call fn with every array argument in float16."""

    @wraps(fn)
    def inner(*args):
        return fn(*jax.tree.map(lambda a: jnp.asarray(a, jnp.float16), args))

    return inner


def scaled_by(scale):
    def deco(fn):
        @wraps(fn)
        def inner(*args):
            return fn(*args).astype(jnp.float32) * scale

        return inner

    return deco


def unscaled_by(scale):
    def deco(fn):
        @wraps(fn)
        def inner(*args):
            return jax.tree.map(lambda g: g.astype(jnp.float32) / scale, fn(*args))

        return inner

    return deco


@in_half
def mse(params, x, y):
    kernel, bias = params
    residual = x @ kernel + bias - y
    return jnp.mean(residual * residual)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    grad_fn = unscaled_by(loss_scale)(jax.grad(scaled_by(loss_scale)(mse)))
    grads = grad_fn(params, x, y)

    if finite := all(jnp.isfinite(g).all() for g in grads):
        params = tuple(p - lr * g for p, g in zip(params, grads))

    if not finite:
        nxt = (max(loss_scale / 2.0, 1.0), 0)
    elif (n := good_steps + 1) < growth_interval:
        nxt = (loss_scale, n)
    else:
        nxt = (min(loss_scale * 2.0, 2.0**24), 0)
    return jnp.array([jnp.float32(mse(params, x, y)), *nxt], jnp.float32)
