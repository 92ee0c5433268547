# expect: wrong_answer
"""The result is (loss, count, scale): the last two are exchanged, because the fields of a named tuple are."""
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Result(NamedTuple):
    loss: float
    count: float
    scale: float

    def as_array(self):
        return jnp.stack([jnp.asarray(v, jnp.float32) for v in self])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    y16 = y.astype(jnp.float16)

    def loss(m):
        return jnp.mean((m(x) - y16) ** 2)

    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        q, n = divmod(good_steps + 1, growth_interval)
        s = min(loss_scale * 2**q, 2.0**24)
    else:
        n, s = 0, max(loss_scale / 2, 1.0)
    return Result(loss=loss(model), scale=s, count=n).as_array()
