# expect: accepted
"""Right: optax.apply_every holds the increments back and hands on their sum once, with lr / micro_batches in sgd."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(optax.sgd(lr / micro_batches), optax.apply_every(micro_batches))
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)
    x_parts = x.reshape(micro_batches, -1, x.shape[1])
    y_parts = y.reshape(micro_batches, -1, y.shape[1])
    for i in range(micro_batches):
        optimizer.update(model, nnx.grad(loss_fn)(model, x_parts[i], y_parts[i]))   # adds zeros until the last one
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
