"""Everything in float32: a right training step, and not a mixed-precision one."""

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        return jnp.mean((model(x) - y) ** 2)

    def scaled_loss(model):
        return loss_fn(model) * loss_scale

    grads = nnx.grad(scaled_loss)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return loss_fn(model).reshape(1)
