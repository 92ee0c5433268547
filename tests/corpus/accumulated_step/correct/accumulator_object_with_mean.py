# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradientAccumulator:
    """Adds up trees of gradients in float32."""

    def __init__(self, like):
        self.total = jax.tree.map(lambda a: jnp.zeros_like(a, dtype=jnp.float32), like)
        self.steps = 0

    def add(self, grads):
        self.total = jax.tree.map(jnp.add, self.total, grads)
        self.steps += 1

    @property
    def mean(self):
        return jax.tree.map(lambda t: t / self.steps, self.total)


class Trainer:
    def __init__(self, model, lr):
        self.model = model
        self.optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    @staticmethod
    def loss(model, x, y):
        graphdef, params, rest = nnx.split(model, nnx.Param, ...)
        low = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        pred = nnx.merge(graphdef, low, rest)(x.astype(jnp.bfloat16))
        return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)

    def fit(self, x, y, parts):
        accumulator = GradientAccumulator(nnx.state(self.model, nnx.Param))
        for xb, yb in self.batches(x, y, parts):
            accumulator.add(nnx.grad(self.loss)(self.model, xb, yb))
        self.optimizer.update(self.model, accumulator.mean)

    @staticmethod
    def batches(x, y, parts):
        n = x.shape[0] // parts
        for i in range(parts):
            yield x[i * n : (i + 1) * n], y[i * n : (i + 1) * n]


def accumulated_step(seed, x, y, lr, micro_batches):
    trainer = Trainer(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), lr)
    trainer.fit(x, y, micro_batches)
    return trainer.loss(trainer.model, x, y).astype(jnp.float32).reshape(1)
