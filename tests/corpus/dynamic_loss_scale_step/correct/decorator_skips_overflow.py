# expect: accepted
import functools

import jax
import jax.numpy as jnp
from flax import nnx


def in_half(fn):
    """Runs fn on float16 copies of everything it gets."""

    @functools.wraps(fn)
    def wrapped(*args):
        return fn(*jax.tree.map(lambda a: jnp.asarray(a).astype(jnp.float16), args))

    return wrapped


def scaled_by(scale):
    def deco(fn):
        return lambda *a: fn(*a).astype(jnp.float32) * scale

    return deco


def unless_overflow(step):
    """step(params, grads) if every gradient is finite, else params."""

    @functools.wraps(step)
    def guarded(params, grads):
        checks = [jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]
        finite = jnp.all(jnp.stack(checks))
        stepped = step(params, grads)
        return jax.tree.map(functools.partial(jnp.where, finite), stepped, params), finite

    return guarded


@in_half
def mse(params, x, y):
    k, b = params
    return jnp.mean((x @ k + b - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    @unless_overflow
    def sgd(params, grads):
        return jax.tree.map(lambda p, g: p - lr * g, params, grads)

    grads = jax.grad(scaled_by(loss_scale)(mse))(params, x, y)
    grads = jax.tree.map(lambda g: g * jnp.float32(1 / loss_scale), grads)
    params, finite = sgd(params, grads)

    if not finite:
        tail = [max(loss_scale / 2, 1.0), 0.0]
    elif good_steps + 1 == growth_interval:
        tail = [min(loss_scale * 2, 2.0**24), 0.0]
    else:
        tail = [loss_scale, good_steps + 1.0]
    return jnp.array([mse(params, x, y).astype(jnp.float32), *tail])
