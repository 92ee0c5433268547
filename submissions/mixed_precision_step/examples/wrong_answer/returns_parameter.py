"""The layer's bias is returned, and as an nnx.Param at that."""

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def in_bfloat16(model):
    """The compute copy: the same layer with its parameters rounded to bfloat16."""
    graphdef, params = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))


def mse(model, x, y):
    """Mean squared error, computed in bfloat16."""
    pred = in_bfloat16(model)(x.astype(jnp.bfloat16))
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def scaled_loss(model):
        return mse(model, x, y).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    optimizer.update(model, grads)

    return model.bias
