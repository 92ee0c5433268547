# expect: accepted
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def in_bfloat16(fn):
    """Decorator: every array in the arguments arrives as bfloat16. The cast is part of what gets differentiated."""

    @functools.wraps(fn)
    def wrapper(*args):
        return fn(*jax.tree.map(lambda a: a.astype(jnp.bfloat16), args))

    return wrapper


def as_output(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        return jnp.reshape(jnp.asarray(fn(*args, **kwargs), jnp.float32), (1,))

    return wrapper


@in_bfloat16
def mse(params, x, y):
    prediction = x @ params["kernel"] + params["bias"]
    return jnp.mean(jnp.square(prediction - y))


@as_output
def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    gradient = jax.grad(mse)
    rows = x.shape[0] // micro_batches
    acc = jax.tree.map(jnp.zeros_like, params)
    for r in range(0, x.shape[0], rows):
        g = gradient(params, x[r:r + rows], y[r:r + rows])
        acc = jax.tree.map(lambda a, b: a + b / micro_batches, acc, g)
    tx = optax.sgd(lr)
    updates, _ = tx.update(acc, tx.init(params), params)
    return mse(optax.apply_updates(params, updates), x, y)
