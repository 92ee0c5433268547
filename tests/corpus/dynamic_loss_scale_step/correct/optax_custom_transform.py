# expect: accepted
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class DynState(NamedTuple):
    scale: jax.Array
    good: jax.Array
    inner: optax.OptState


def dynamically_scaled(inner, scale, good, interval):
    """An optax transformation that unscales, skips and looks after the scale."""

    def init(params):
        return DynState(jnp.float32(scale), jnp.int32(good), inner.init(params))

    def update(grads, state, params=None):
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / state.scale, grads)
        finite = jnp.all(jnp.array(jax.tree.leaves(jax.tree.map(lambda g: jnp.all(jnp.isfinite(g)), grads))))
        updates, inner_state = inner.update(grads, state.inner, params)
        updates = jax.tree.map(lambda u: jnp.where(finite, u, 0.0), updates)
        n = state.good + 1
        full = n == interval
        grown = jnp.where(full, jnp.minimum(state.scale * 2, 2.0**24), state.scale)
        return updates, DynState(
            jnp.where(finite, grown, jnp.maximum(state.scale / 2, 1.0)),
            jnp.where(finite & ~full, n, 0),
            inner_state,
        )

    return optax.GradientTransformation(init, update)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype="float16", rngs=nnx.Rngs(int(seed)))
    tx = dynamically_scaled(optax.sgd(lr), loss_scale, good_steps, growth_interval)
    gd, params = nnx.split(model)
    st = tx.init(params)
    loss = lambda p: jnp.mean((nnx.merge(gd, p)(x) - y.astype("float16")) ** 2).astype("float32")
    updates, after = tx.update(jax.grad(lambda p: loss(p) * st.scale)(params), st, params)
    params = optax.apply_updates(params, updates)
    return jnp.array([loss(params), after.scale, after.good], dtype=jnp.float32)
