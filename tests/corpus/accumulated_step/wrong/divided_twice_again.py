# expect: wrong_answer
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def scaled(fn, factor):
    @functools.wraps(fn)
    def wrapped(*args):
        return fn(*args) * factor
    return wrapped


def mse(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    part_loss = scaled(mse, 1.0 / micro_batches)
    grads = [nnx.grad(part_loss)(model, xb, yb)
             for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    optimizer.update(model, jax.tree.map(lambda *g: jnp.mean(jnp.stack(g), axis=0), *grads))
    return mse(model, x, y).astype(jnp.float32).reshape(1)
