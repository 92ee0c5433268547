# expect: accepted
"""Right: a context manager collects gradients in float32 and applies their mean when it is left."""
import contextlib

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Accumulator:
    def __init__(self, like):
        self.total = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), like)
        self.count = 0

    def __iadd__(self, grads):
        self.total = jax.tree.map(jnp.add, self.total, grads)
        self.count += 1
        return self

    @property
    def mean(self):
        return jax.tree.map(lambda t: t / self.count, self.total)


@contextlib.contextmanager
def one_update(model, tx):
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)
    acc = Accumulator(nnx.state(model, nnx.Param))
    yield acc
    optimizer.update(model, acc.mean)


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model)
    state = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    delta = nnx.merge(graphdef, state)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
    return (delta ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    grad = nnx.grad(loss_fn)
    with one_update(model, optax.sgd(lr)) as acc:
        for a, b in zip(jnp.vsplit(x, micro_batches), jnp.vsplit(y, micro_batches)):
            acc += grad(model, a, b)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
