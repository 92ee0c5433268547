# expect: wrong_answer
# finding: partial-finite-check
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class ScaleState(NamedTuple):
    scale: jax.Array
    count: jax.Array


def all_finite(tree):
    return jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda g: jnp.isfinite(g).all(), tree))


def next_state(state, finite, interval):
    count = state.count + 1
    full = count >= interval
    good = ScaleState(jnp.where(full, jnp.clip(state.scale * 2, 1.0, 2**24), state.scale), jnp.where(full, 0, count))
    bad = ScaleState(jnp.clip(state.scale / 2, 1.0, 2**24), jnp.zeros_like(count))
    return jax.tree.map(lambda g, b: jnp.where(finite, g, b), good, bad)


def loss16(params, x, y):
    p = jax.tree.map(lambda a: a.astype(jnp.float16), params)
    pred = x.astype(jnp.float16) @ p["w"] + p["b"]
    return jnp.mean((pred - y.astype(jnp.float16)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": net.kernel.get_value(), "b": net.bias.get_value()}
    state = ScaleState(jnp.float32(loss_scale), jnp.int32(good_steps))
    tx = optax.sgd(lr)
    grads = jax.grad(lambda p: loss16(p, x, y).astype(jnp.float32) * state.scale)(params)
    grads = jax.tree.map(lambda g: g / state.scale, grads)
    finite = all_finite(grads)
    updates, _ = tx.update(grads, tx.init(params), params)
    stepped = optax.apply_updates(params, updates)
    params = jax.tree.map(lambda new, old, g: jnp.where(jnp.isfinite(g).all(), new, old), stepped, params, grads)  #@ partial-finite-check
    state = next_state(state, finite, growth_interval)
    loss = loss16(params, x, y).astype(jnp.float32)
    return jnp.array([loss, state.scale, state.count], dtype=jnp.float32)
