# expect: accepted
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def runs_in(dtype):
    """Casts every floating argument of the function."""

    def decorate(fn):
        @functools.wraps(fn)
        def wrapped(*args):
            cast = lambda a: a.astype(dtype) if jnp.issubdtype(a.dtype, jnp.floating) else a
            return fn(*jax.tree.map(cast, args))

        return wrapped

    return decorate


def scaled_by(factor):
    return lambda fn: lambda *a: fn(*a).astype(jnp.float32) * factor


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    @runs_in(jnp.bfloat16)
    def loss_fn(params, x, y):
        return jnp.mean((nnx.merge(graphdef, params)(x) - y) ** 2)

    @jax.grad
    @scaled_by(loss_scale)
    def grad_fn(params, x, y):
        return loss_fn(params, x, y)

    grads = jax.tree.map(lambda g: g / loss_scale, grad_fn(params, x, y))
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params))
    new_params = optax.apply_updates(params, updates)
    return loss_fn(new_params, x, y).astype(jnp.float32).reshape((1,))
