# expect: accepted
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def autocast(dtype):
    """Runs a function on copies of its arguments in `dtype`, like torch.autocast (well, nearly)."""

    def wrap(fn):
        @functools.wraps(fn)
        def inner(*args):
            return fn(*jax.tree.map(lambda a: a.astype(dtype), args))

        return inner

    return wrap


def scaled_by(factor):
    def wrap(fn):
        @functools.wraps(fn)
        def inner(*args):
            return fn(*args).astype(jnp.float32) * factor

        return inner

    return wrap


def grads_divided_by(factor):
    def wrap(grad_fn):
        return lambda *args: jax.tree.map(lambda g: g / factor, grad_fn(*args))

    return wrap


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)

    @autocast(jnp.bfloat16)
    def loss(params, x, y):
        pred = nnx.merge(graphdef, params)(x)
        return jnp.mean((pred - y) ** 2)

    @grads_divided_by(loss_scale)
    @jax.grad
    @scaled_by(loss_scale)
    def gradients(params, x, y):
        return loss(params, x, y)

    tx = optax.sgd(lr)
    updates, _ = tx.update(gradients(params, x, y), tx.init(params))
    return loss(optax.apply_updates(params, updates), x, y).astype(jnp.float32).reshape(1)
