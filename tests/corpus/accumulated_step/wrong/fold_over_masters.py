# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
from functools import partial, reduce

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def plus(a, b):
    return jax.tree.map(jnp.add, a, b)


def scale(factor, tree):
    return jax.tree.map(lambda a: factor * a, tree)


def loss(params, batch):
    (w, b), (x, y) = half(params), batch
    return jnp.mean((x @ w + b - y) ** 2)


def contribution(step, params, batch):
    return scale(-step, jax.grad(loss)(params, batch))


def absorb(step, params, batch):
    return plus(params, contribution(step, params, batch))  #@ update-per-micro-batch


def split_rows(batch, parts):
    return list(zip(*(jnp.split(a, parts) for a in batch)))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (lin.kernel[...], lin.bias[...])
    batch = half((jnp.asarray(x), jnp.asarray(y)))
    step = lr / micro_batches
    masters = reduce(partial(absorb, step), split_rows(batch, micro_batches), masters)  #@ update-per-micro-batch
    return loss(masters, batch).astype(jnp.float32).reshape((1,))
