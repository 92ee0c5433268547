# expect: accepted
# per-example losses first, then the batch mean
import jax
import jax.numpy as jnp
import optax
from flax import nnx

bf16 = jnp.bfloat16


def to_bf16(tree):
    return jax.tree.map(lambda a: a.astype(bf16), tree)


def example_loss(graph, state, xi, yi):
    model = nnx.merge(graph, state)
    return jnp.mean((model(xi) - yi) ** 2)


def batch_loss(model, x, y):
    graph, state = nnx.split(model, nnx.Param)
    losses = jax.vmap(example_loss, in_axes=(None, None, 0, 0))(graph, to_bf16(state), *to_bf16((x, y)))
    return jnp.mean(losses).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaled = lambda m, x, y: batch_loss(m, x, y) * jnp.float32(loss_scale)
    grads = nnx.grad(scaled)(model, x, y)
    optimizer.update(model, jax.tree.map(lambda g: g / jnp.float32(loss_scale), grads))
    return batch_loss(model, x, y).reshape((1,))
