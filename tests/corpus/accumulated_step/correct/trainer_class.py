# expect: accepted
from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass
class Trainer:
    model: nnx.Linear
    lr: float
    compute_dtype: jnp.dtype = jnp.bfloat16
    count: int = 0
    sums: object = None
    opt: object = field(init=False)

    def __post_init__(self):
        self.opt = nnx.Optimizer(self.model, optax.sgd(self.lr), wrt=nnx.Param)

    def _loss(self, model, x, y):
        gd, st = nnx.split(model)
        st = jax.tree.map(lambda p: p.astype(self.compute_dtype), st)
        out = nnx.merge(gd, st)(x.astype(self.compute_dtype))
        return jnp.mean(jnp.square(out - y.astype(self.compute_dtype)))

    def backward(self, x, y):
        g = nnx.grad(self._loss)(self.model, x, y)
        if self.sums is None:
            self.sums = jax.tree.map(lambda a: jnp.zeros(a.shape, jnp.float32), g)
        self.sums = jax.tree.map(lambda s, a: s + a.astype(jnp.float32), self.sums, g)
        self.count += 1

    def step(self):
        self.opt.update(self.model, jax.tree.map(lambda s: s / self.count, self.sums))
        self.sums, self.count = None, 0

    def evaluate(self, x, y):
        return self._loss(self.model, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    trainer = Trainer(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), lr)
    rows = len(x) // micro_batches
    for k in range(micro_batches):
        trainer.backward(x[k * rows:][:rows], y[k * rows:][:rows])
    trainer.step()
    return trainer.evaluate(x, y)[jnp.newaxis].astype(jnp.float32)
