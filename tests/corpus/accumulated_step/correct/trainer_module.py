# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradBuffer(nnx.Variable):
    """Running mean of the gradients, float32."""


class Trainer(nnx.Module):
    def __init__(self, model, lr):
        self.model = model
        self.optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
        params = nnx.state(model, nnx.Param)
        self.buffer = nnx.data({
            name: GradBuffer(jnp.zeros_like(value, dtype=jnp.float32))
            for name, value in nnx.to_pure_dict(params).items()
        })
        self.seen = 0

    @staticmethod
    def loss(model, x, y):
        graphdef, state = nnx.split(model, nnx.Param)
        state = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
        pred = nnx.merge(graphdef, state)(x.astype(jnp.bfloat16))
        return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)

    def accumulate(self, x, y):
        grads = nnx.to_pure_dict(nnx.grad(self.loss)(self.model, x, y))
        self.seen += 1
        for name, grad in grads.items():
            old = self.buffer[name][...]
            self.buffer[name][...] = optax.incremental_update(grad, old, 1.0 / self.seen)

    def apply(self):
        grads = nnx.state(self.model, nnx.Param)
        grads = jax.tree.map(lambda g: g, grads)
        nnx.replace_by_pure_dict(grads, {k: v[...] for k, v in self.buffer.items()})
        self.optimizer.update(self.model, grads)

    def evaluate(self, x, y):
        return self.loss(self.model, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    trainer = Trainer(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), lr)
    for part in range(micro_batches):
        size = len(x) // micro_batches
        rows = slice(part * size, part * size + size)
        trainer.accumulate(x[rows], y[rows])
    trainer.apply()
    return trainer.evaluate(x, y).astype(jnp.float32).reshape(1)
