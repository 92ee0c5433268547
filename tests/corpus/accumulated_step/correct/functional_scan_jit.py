# expect: accepted
"""Functional version: split once, everything after that is a pure function."""
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx

COMPUTE_DTYPE = jnp.bfloat16


def cast_floating(tree, dtype):
    return jax.tree.map(
        lambda a: a.astype(dtype) if jnp.issubdtype(a.dtype, jnp.floating) else a, tree
    )


@partial(jax.jit, static_argnames=("graphdef", "micro_batches"))
def train_step(graphdef, params, x, y, lr, micro_batches):
    tx = optax.sgd(lr)
    opt_state = tx.init(params)

    def loss_fn(params, batch):
        params, (inputs, targets) = cast_floating((params, batch), COMPUTE_DTYPE)
        preds = nnx.merge(graphdef, params)(inputs)
        return ((preds - targets) ** 2).mean()

    def body(carry, batch):
        return jax.tree.map(jnp.add, carry, jax.grad(loss_fn)(params, batch)), None

    batches = jax.tree.map(
        lambda a: a.reshape(micro_batches, a.shape[0] // micro_batches, *a.shape[1:]), (x, y)
    )
    zeros = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), params)
    grads, _ = jax.lax.scan(body, zeros, batches)
    grads = jax.tree.map(lambda g: g / micro_batches, grads)

    updates, _ = tx.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)
    return loss_fn(params, (x, y))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    loss = train_step(graphdef, params, jnp.asarray(x), jnp.asarray(y), lr, micro_batches)
    return loss.astype(jnp.float32)[None]
