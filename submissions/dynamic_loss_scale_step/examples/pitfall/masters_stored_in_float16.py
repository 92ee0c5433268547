"""The masters are rounded after the step.

Its loss is the same, since the forward rounds them anyway; the next step starts from what was lost.
"""

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def in_float16(tree):
    return jax.tree.map(lambda a: a.astype(jnp.float16), tree)


def mse(model, x, y):
    """Mean squared error, computed in float16."""
    graphdef, params = nnx.split(model, nnx.Param)
    pred = nnx.merge(graphdef, in_float16(params))(in_float16(x))
    return jnp.mean((pred - in_float16(y)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(lambda m: mse(m, x, y).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)

    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        nnx.update(model, in_float16(nnx.state(model, nnx.Param)))
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0

    loss = mse(model, x, y).astype(jnp.float32)
    return jnp.array([loss, loss_scale, good_steps], jnp.float32)
