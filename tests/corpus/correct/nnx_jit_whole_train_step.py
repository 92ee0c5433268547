# expect: accepted
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast(model, dtype):
    graphdef, state = nnx.split(model)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(dtype), state))


def mse(model, x, y):
    pred = cast(model, jnp.bfloat16)(x)
    return jnp.mean((pred - y) ** 2)


@nnx.jit
def train_step(model, optimizer, x, y, loss_scale):
    def scaled(model):
        return mse(model, x, y).astype(jnp.float32) * loss_scale

    loss, grads = nnx.value_and_grad(scaled)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return loss / loss_scale


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    train_step(model, optimizer, x, y, loss_scale)
    return nnx.jit(mse)(model, x, y).astype(jnp.float32)[jnp.newaxis]
