# expect: accepted
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class SumState(NamedTuple):
    count: int
    total: Any


def average_so_far():
    def init(params):
        return SumState(0, jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), params))

    def update(updates, state, params=None):
        total = jax.tree.map(lambda t, u: t + u.astype(t.dtype), state.total, updates)
        count = state.count + 1
        return jax.tree.map(lambda t: t / count, total), SumState(count, total)

    return optax.GradientTransformation(init, update)


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    tx = optax.chain(average_so_far(), optax.sgd(lr))
    state = tx.init(params)

    def loss(half, xb, yb):
        return jnp.square(nnx.merge(gd, half)(xb) - yb).mean()

    half = optax.tree.cast(params, jnp.bfloat16)
    bx, by = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    for xb, yb in zip(jnp.vsplit(bx, micro_batches), jnp.vsplit(by, micro_batches)):
        updates, state = tx.update(jax.grad(loss)(half, xb, yb), state, params)
    params = optax.apply_updates(params, updates)
    return loss(optax.tree.cast(params, jnp.bfloat16), bx, by).astype(jnp.float32).reshape(1,)
