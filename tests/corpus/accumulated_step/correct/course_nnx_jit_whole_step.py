# expect: accepted
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model: nnx.Linear, x, y):
    kernel = model.kernel[...].astype(jnp.bfloat16)
    bias = model.bias[...].astype(jnp.bfloat16)
    pred = x.astype(jnp.bfloat16) @ kernel + bias
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


@functools.partial(nnx.jit, static_argnames="micro_batches")
def train_step(model, optimizer, x, y, micro_batches):
    n = x.shape[0] // micro_batches
    acc = nnx.grad(loss_fn)(model, x[:n], y[:n])
    for i in range(1, micro_batches):
        g = nnx.grad(loss_fn)(model, x[i * n:(i + 1) * n], y[i * n:(i + 1) * n])
        acc = jax.tree.map(lambda a, b: a + b, acc, g)
    acc = jax.tree.map(lambda a: a / micro_batches, acc)
    optimizer.update(model, acc)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    train_step(model, optimizer, x, y, micro_batches=micro_batches)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
