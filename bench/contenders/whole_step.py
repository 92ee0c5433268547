"""The whole step compiled as one program of all that it is given."""
# A submission like others: nothing is annotated.
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    graphdef, params = nnx.split(model)
    model = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))
    return jnp.mean((model(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


@jax.jit
def step(key, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(key))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(lambda model: mse(model, x, y).astype(jnp.float32) * loss_scale)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return mse(model, x, y).astype(jnp.float32).reshape(1)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    return step(jax.random.key(int(seed)), x, y, lr, loss_scale)
