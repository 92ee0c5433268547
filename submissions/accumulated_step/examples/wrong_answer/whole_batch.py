"""The whole batch in one pass: the same mean in exact arithmetic, but other roundings."""

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


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    optimizer.update(model, nnx.grad(mse)(model, x, y))

    loss = mse(model, x, y)
    return loss.astype(jnp.float32).reshape(1)
