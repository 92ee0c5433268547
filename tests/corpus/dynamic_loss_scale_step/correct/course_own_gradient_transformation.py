# expect: accepted
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class SkipState(NamedTuple):
    scale: jax.Array
    good: jax.Array
    inner: optax.OptState


def dynamically_scaled(inner, scale, good, interval):
    """Unscales, skips what isn't finite, and keeps the books, all as one optax transformation."""

    def init(params):
        return SkipState(jnp.float32(scale), jnp.int32(good), inner.init(params))

    def update(grads, state, params=None):
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / state.scale, grads)
        finite = jax.tree.reduce(lambda acc, g: acc & jnp.isfinite(g).all(), grads, jnp.array(True))
        updates, inner_state = inner.update(grads, state.inner, params)
        updates = jax.tree.map(lambda u: jnp.where(finite, u, jnp.zeros_like(u)), updates)
        n = state.good + 1
        new_scale = jax.lax.cond(
            finite,
            lambda: jnp.where(n >= interval, jnp.minimum(state.scale * 2, 2.0**24), state.scale),
            lambda: jnp.maximum(state.scale / 2, 1.0),
        )
        new_good = jnp.where(finite & (n < interval), n, 0)
        return updates, SkipState(new_scale, new_good, inner_state)

    return optax.GradientTransformation(init, update)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": model.kernel[...], "b": model.bias[...]}

    def loss(p):
        h = {k: v.astype(jnp.float16) for k, v in p.items()}
        return jnp.mean((x.astype(jnp.float16) @ h["w"] + h["b"] - y.astype(jnp.float16)) ** 2)

    tx = dynamically_scaled(optax.sgd(lr), loss_scale, good_steps, growth_interval)
    state = tx.init(params)
    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * state.scale)(params)
    updates, state = tx.update(grads, state, params)
    params = optax.apply_updates(params, updates)
    return jnp.stack([loss(params).astype(jnp.float32), state.scale, state.good.astype(jnp.float32)])
