"""Nothing keeps the scale from falling below 1."""

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half_loss(model, x, y):
    m16 = nnx.clone(model)
    nnx.update(m16, jax.tree.map(lambda a: a.astype(jnp.float16), nnx.state(model, nnx.Param)))
    return jnp.mean((m16(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)


def pack(loss, scale, count):
    return jnp.array([loss.astype(jnp.float32), scale, count], jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    loss, grads = nnx.value_and_grad(lambda m: half_loss(m, x, y).astype(jnp.float32) * loss_scale)(model)
    leaves = jax.tree.leaves(grads)
    if any(bool(jnp.any(~jnp.isfinite(leaf))) for leaf in leaves):
        return pack(half_loss(model, x, y), loss_scale / 2, 0)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    if good_steps + 1 >= growth_interval:
        return pack(half_loss(model, x, y), min(loss_scale * 2, 2.0**24), 0)
    return pack(half_loss(model, x, y), loss_scale, good_steps + 1)
