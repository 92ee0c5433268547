# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Trainer:
    """Owns the masters, the optimizer, and the float32 buffers the gradients are gathered in."""

    compute_dtype = jnp.bfloat16
    master_dtype = jnp.float32

    def __init__(self, d_in, d_out, seed, lr):
        self.model = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
        self.optimizer = nnx.Optimizer(self.model, optax.sgd(lr), wrt=nnx.Param)
        self.reset()

    def reset(self):
        self.buffer = jax.tree.map(lambda p: jnp.zeros(p.shape, self.master_dtype), nnx.state(self.model, nnx.Param))
        self.count = 0

    def loss(self, model, x, y):
        graphdef, state = nnx.split(model, nnx.Param)
        model = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(self.compute_dtype), state))
        d = model(x.astype(self.compute_dtype)) - y.astype(self.compute_dtype)
        return jnp.mean(d ** 2)

    def accumulate(self, x, y):
        grads = nnx.grad(self.loss)(self.model, x, y)
        self.buffer = jax.tree.map(jnp.add, self.buffer, grads)
        self.count += 1

    def step(self):
        self.optimizer.update(self.model, jax.tree.map(lambda g: g / self.count, self.buffer))
        self.reset()

    def evaluate(self, x, y):
        return self.loss(self.model, x, y).astype(jnp.float32)


def accumulated_step(seed, x, y, lr, micro_batches):
    trainer = Trainer(x.shape[1], y.shape[1], int(seed), lr)
    rows = x.shape[0] // micro_batches
    for i in range(micro_batches):
        trainer.accumulate(x[i * rows:][:rows], y[i * rows:][:rows])
    trainer.step()
    return trainer.evaluate(x, y).reshape(1)
