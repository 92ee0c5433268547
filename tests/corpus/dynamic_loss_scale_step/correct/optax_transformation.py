# expect: accepted
"""Everything lives in one optax chain: unscale, skip if not finite, SGD."""
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class DynamicScaleState(NamedTuple):
    scale: jax.Array
    count: jax.Array
    inner: optax.OptState


def with_dynamic_scale(inner, init_scale, init_count, growth_interval, min_scale=1.0, max_scale=2.0**24):
    """Wraps `inner`; expects gradients of (loss * state.scale)."""

    def init_fn(params):
        return DynamicScaleState(
            scale=jnp.asarray(init_scale, jnp.float32),
            count=jnp.asarray(init_count, jnp.int32),
            inner=inner.init(params),
        )

    def update_fn(updates, state, params=None):
        updates = optax.tree.cast(updates, jnp.float32)
        updates = jax.tree.map(lambda u: u / state.scale, updates)
        # The largest |u| is nan if there is a nan, and inf if there is an inf.
        biggest = jnp.stack([jnp.max(jnp.abs(u)) for u in jax.tree.leaves(updates)])
        finite = jnp.all(biggest < jnp.inf)

        stepped, inner_state = inner.update(updates, state.inner, params)
        zeros = optax.tree.zeros_like(stepped)
        stepped = optax.tree.where(finite, stepped, zeros)
        inner_state = optax.tree.where(finite, inner_state, state.inner)

        n = optax.safe_increment(state.count)
        grow = n >= growth_interval
        scale = jnp.select(
            [jnp.logical_not(finite), grow],
            [jnp.maximum(state.scale * 0.5, min_scale), jnp.minimum(state.scale * 2.0, max_scale)],
            state.scale,
        )
        count = jnp.where(finite & ~grow, n, 0)
        return stepped, DynamicScaleState(scale, count, inner_state)

    return optax.GradientTransformation(init_fn, update_fn)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": net.kernel[...], "b": net.bias[...]}
    tx = with_dynamic_scale(optax.sgd(lr), loss_scale, good_steps, growth_interval)
    state = tx.init(params)
    batch = optax.tree.cast({"x": jnp.asarray(x), "y": jnp.asarray(y)}, jnp.float16)

    def loss_fn(p):
        p = optax.tree.cast(p, jnp.float16)
        return jnp.mean((batch["x"] @ p["w"] + p["b"] - batch["y"]) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p, s: loss_fn(p) * s)(params, state.scale)
    updates, state = jax.jit(tx.update)(grads, state, params)
    params = optax.apply_updates(params, updates)
    return jnp.hstack([loss_fn(params), state.scale, state.count]).astype(jnp.float32)
