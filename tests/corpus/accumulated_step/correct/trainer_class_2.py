# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Trainer:
    """A bit like the one from Lightning."""

    compute_dtype = jnp.bfloat16

    def __init__(self, model, lr, accumulate):
        self.graphdef, self.params = nnx.split(model, nnx.Param)
        self.tx = optax.sgd(lr)
        self.opt_state = self.tx.init(self.params)
        self.accumulate = accumulate
        self.zero_grad()

    def zero_grad(self):
        self.grads = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), self.params)
        self.seen = 0

    def loss(self, params, x, y):
        half = jax.tree.map(lambda p: p.astype(self.compute_dtype), params)
        pred = nnx.merge(self.graphdef, half)(x.astype(self.compute_dtype))
        return jnp.mean((pred - y.astype(self.compute_dtype)) ** 2)

    def backward(self, x, y):
        g = jax.grad(self.loss)(self.params, x, y)
        self.grads = jax.tree.map(lambda a, b: a + b, self.grads, g)
        self.seen += 1
        if self.seen == self.accumulate:
            self.step()

    def step(self):
        mean = jax.tree.map(lambda g: g / self.seen, self.grads)
        updates, self.opt_state = self.tx.update(mean, self.opt_state, self.params)
        self.params = optax.apply_updates(self.params, updates)
        self.zero_grad()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    trainer = Trainer(model, lr, micro_batches)
    rows = len(x) // micro_batches
    for start in range(0, len(x), rows):
        trainer.backward(x[start : start + rows], y[start : start + rows])
    return jnp.atleast_1d(trainer.loss(trainer.params, x, y).astype(jnp.float32))
