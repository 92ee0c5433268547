# expect: accepted
"""The step as the body of a scan, so that it can be run for many steps later."""
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Carry(NamedTuple):
    params: dict
    opt_state: tuple
    scale: jax.Array
    count: jax.Array


def mse16(params, batch):
    half = jax.tree.map(lambda t: t.astype(jnp.float16), (params, batch))
    p, (x, y) = half
    return jnp.mean(jnp.square(jnp.dot(x, p["kernel"]) + p["bias"] - y))


def body(tx, interval, carry, batch):
    def objective(p):
        return mse16(p, batch).astype(jnp.float32) * carry.scale

    grads = jax.tree.map(lambda g: g / carry.scale, jax.grad(objective)(carry.params))
    ok = jax.tree.reduce(lambda acc, g: acc & jnp.all(jnp.isfinite(g)), grads, jnp.bool_(True))
    updates, opt_state = tx.update(grads, carry.opt_state, carry.params)
    candidate = optax.apply_updates(carry.params, updates)
    pick = partial(jnp.where, ok)
    params = jax.tree.map(pick, candidate, carry.params)
    opt_state = jax.tree.map(pick, opt_state, carry.opt_state)
    n = carry.count + 1
    grow = ok & (n == interval)
    scale = jnp.select(
        [~ok, grow],
        [jnp.maximum(carry.scale * 0.5, 1.0), jnp.minimum(carry.scale * 2.0, 2.0**24)],
        carry.scale,
    )
    count = jnp.where(grow | ~ok, 0, n)
    loss = mse16(params, batch)
    return Carry(params, opt_state, scale, count), (loss, scale, count)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    tx = optax.sgd(lr)
    carry = Carry(params, tx.init(params), jnp.float32(loss_scale), jnp.int32(good_steps))
    batches = (x[None], y[None])
    _, history = jax.lax.scan(partial(body, tx, growth_interval), carry, batches)
    return jnp.concatenate([h.astype(jnp.float32) for h in history])
