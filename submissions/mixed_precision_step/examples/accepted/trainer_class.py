"""A small trainer, as in a larger project: state in attributes, a method for each part."""

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Trainer:
    """Float32 masters, and what to do with them in bfloat16."""

    def __init__(self, seed, d_in, d_out, lr, loss_scale):
        self.model = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
        self.optimizer = nnx.Optimizer(self.model, optax.sgd(lr), wrt=nnx.Param)
        self.loss_scale = loss_scale

    @staticmethod
    def to_compute(tree):
        return jax.tree.map(lambda leaf: leaf.astype(jnp.bfloat16), tree)

    def loss(self, model, batch):
        graphdef, state = nnx.split(model)
        x, y = self.to_compute(batch)
        pred = nnx.merge(graphdef, self.to_compute(state))(x)
        return jnp.mean((pred - y) ** 2)

    def scaled_loss(self, model, batch):
        return self.loss(model, batch).astype(jnp.float32) * self.loss_scale

    def step(self, batch):
        grads = nnx.grad(self.scaled_loss)(self.model, batch)
        self.optimizer.update(self.model, jax.tree.map(lambda g: g / self.loss_scale, grads))
        return self.loss(self.model, batch)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    trainer = Trainer(seed, x.shape[1], y.shape[1], lr, loss_scale)
    return trainer.step((x, y)).astype(jnp.float32).reshape(1)
