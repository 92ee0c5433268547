"""Under `jax.jit` the number of parts is traced, and nothing can be split into an unknown number."""

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


@nnx.jit
def train(model, optimizer, x, y, micro_batches):
    """One update by the mean of the parts' gradients."""
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for inputs, targets in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = nnx.grad(mse)(model, inputs, targets)
        total = jax.tree.map(jnp.add, total, grads)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    train(model, optimizer, x, y, micro_batches)

    loss = mse(model, x, y)
    return loss.astype(jnp.float32).reshape(1)
