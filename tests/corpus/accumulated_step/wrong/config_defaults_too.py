# expect: pitfall|wrong_answer
# finding: seed-ignored
# finding: wrong-output-shape
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass(frozen=True)
class Config:
    d_in: int
    d_out: int
    parts: int
    lr: float
    seed: int = 0
    dtype: str = "bfloat16"


class Experiment:
    def __init__(self, config):
        self.config = config
        self.model = nnx.Linear(config.d_in, config.d_out, rngs=nnx.Rngs(config.seed))
        self.optimizer = nnx.Optimizer(self.model, optax.sgd(config.lr), wrt=nnx.Param)

    def cast(self, tree):
        return jax.tree.map(lambda a: a.astype(self.config.dtype), tree)

    def loss(self, model, x, y):
        graphdef, state = nnx.split(model, nnx.Param)
        net = nnx.merge(graphdef, self.cast(state))
        return jnp.mean((net(x) - y) ** 2, keepdims=True)  #@ wrong-output-shape

    def scalar_loss(self, model, x, y):
        return self.loss(model, x, y).sum()

    def step(self, x, y):
        parts = self.config.parts
        total = jax.tree.map(jnp.zeros_like, nnx.state(self.model, nnx.Param))
        for xb, yb in zip(jnp.split(x, parts), jnp.split(y, parts)):
            grads = nnx.grad(self.scalar_loss)(self.model, xb, yb)
            total = jax.tree.map(jnp.add, total, grads)
        self.optimizer.update(self.model, jax.tree.map(lambda t: t / parts, total))

    def run(self, x, y):
        x, y = self.cast((x, y))
        self.step(x, y)
        return self.loss(self.model, x, y).astype(jnp.float32)  #@ wrong-output-shape


def accumulated_step(seed, x, y, lr, micro_batches):
    config = Config(d_in=x.shape[1], d_out=y.shape[1], parts=micro_batches, lr=lr)  #@ seed-ignored
    return Experiment(config).run(jnp.asarray(x), jnp.asarray(y))
