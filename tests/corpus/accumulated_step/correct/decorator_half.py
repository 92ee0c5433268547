# expect: accepted
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def in_bfloat16(fn):
    @functools.wraps(fn)
    def wrapped(*args):
        args = jax.tree.map(lambda a: jnp.asarray(a).astype(jnp.bfloat16), args)
        return fn(*args)
    return wrapped


def returns_vector(fn):
    @functools.wraps(fn)
    def wrapped(*args, **kwargs):
        return jnp.reshape(fn(*args, **kwargs), (1,)).astype(jnp.float32)
    return wrapped


@in_bfloat16
def mse(params, x, y):
    w, b = params
    return jnp.mean((jnp.dot(x, w) + b - y) ** 2)


@returns_vector
def accumulated_step(seed, x, y, lr, micro_batches):
    module = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = module.kernel[...], module.bias[...]
    rows = x.shape[0] // micro_batches

    sums = jax.tree.map(jnp.zeros_like, params)
    for i in range(micro_batches):
        window = slice(i * rows, i * rows + rows)
        sums = jax.tree.map(jnp.add, sums, jax.grad(mse)(params, x[window], y[window]))

    tx = optax.chain(optax.scale(1 / micro_batches), optax.sgd(lr))
    updates, _ = tx.update(sums, tx.init(params), params)
    return mse(optax.apply_updates(params, updates), x, y)
