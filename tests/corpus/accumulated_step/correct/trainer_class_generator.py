# expect: accepted
from dataclasses import dataclass
from typing import Iterator

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass(frozen=True)
class Precision:
    compute: jnp.dtype = jnp.bfloat16
    accumulate: jnp.dtype = jnp.float32

    def down(self, tree):
        return jax.tree.map(lambda a: a.astype(self.compute), tree)

    def up(self, tree):
        return jax.tree.map(lambda a: a.astype(self.accumulate), tree)


class Accumulator:
    def __init__(self, like, precision):
        self.precision = precision
        self.total = jax.tree.map(lambda a: jnp.zeros(a.shape, precision.accumulate), like)
        self.count = 0

    def add(self, grads):
        self.total = jax.tree.map(jnp.add, self.total, self.precision.up(grads))
        self.count += 1

    def mean(self):
        return jax.tree.map(lambda t: t / self.count, self.total)


class Trainer:
    def __init__(self, model, tx, precision=Precision()):
        self.graphdef, self.params = nnx.split(model, nnx.Param)
        self.tx, self.opt_state, self.precision = tx, tx.init(self.params), precision

    def loss(self, params, x, y):
        params, x, y = self.precision.down((params, x, y))
        return jnp.mean((nnx.merge(self.graphdef, params)(x) - y) ** 2)

    def fit(self, batches: Iterator):
        acc = Accumulator(self.params, self.precision)
        for x, y in batches:
            acc.add(jax.grad(self.loss)(self.params, x, y))
        updates, self.opt_state = self.tx.update(acc.mean(), self.opt_state, self.params)
        self.params = optax.apply_updates(self.params, updates)


def micro(x, y, parts):
    size = x.shape[0] // parts
    for lo in range(0, x.shape[0], size):
        yield x[lo:lo + size], y[lo:lo + size]


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    trainer = Trainer(model, optax.sgd(lr))
    trainer.fit(micro(x, y, micro_batches))
    return jnp.float32(trainer.loss(trainer.params, x, y)).reshape(1)
