# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass
class Precision:
    compute: Any = jnp.bfloat16
    master: Any = jnp.float32

    def down(self, tree):
        return jax.tree.map(lambda a: a.astype(self.compute), tree)

    def up(self, tree):
        return jax.tree.map(lambda a: a.astype(self.master), tree)


@dataclass
class GradientBucket:
    precision: Precision
    total: Any = None
    count: int = 0

    def put(self, grads):
        grads = self.precision.up(grads)
        self.total = grads if self.total is None else jax.tree.map(jnp.add, self.total, grads)
        self.count += 1

    def average(self):
        mean = jax.tree.map(lambda t: t / self.count, self.total)
        return self.precision.down(mean)  #@ low-precision-grads


@dataclass
class Engine:
    model: nnx.Module
    lr: float
    precision: Precision = field(default_factory=Precision)

    def __post_init__(self):
        self.optimizer = nnx.Optimizer(self.model, optax.sgd(self.lr), wrt=nnx.Param)

    def loss(self, model, x, y):
        graphdef, state = nnx.split(model, nnx.Param)
        net = nnx.merge(graphdef, self.precision.down(state))
        return jnp.mean((net(x) - y) ** 2)

    def train(self, x, y, parts):
        bucket = GradientBucket(self.precision)
        for xb, yb in zip(jnp.split(x, parts), jnp.split(y, parts)):
            bucket.put(nnx.grad(self.loss)(self.model, xb, yb))
        self.optimizer.update(self.model, bucket.average())


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = Precision().down((jnp.asarray(x), jnp.asarray(y)))
    engine = Engine(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), lr)
    engine.train(x, y, micro_batches)
    return jnp.asarray([engine.loss(engine.model, x, y)], jnp.float32)
