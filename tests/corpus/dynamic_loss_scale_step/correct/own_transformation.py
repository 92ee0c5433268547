# expect: accepted
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class DynamicScaleState(NamedTuple):
    scale: jax.Array
    count: jax.Array


def unscale_dynamic(scale, count, interval):
    """Takes scaled gradients, gives true ones, or zeros if any of them overflowed."""

    def init(params):
        del params
        return DynamicScaleState(jnp.asarray(scale, jnp.float32), jnp.asarray(count, jnp.int32))

    def update(updates, state, params=None):
        del params
        updates = jax.tree.map(lambda u: u.astype(jnp.float32) / state.scale, updates)
        ok = jnp.all(jnp.array([jnp.isfinite(u).all() for u in jax.tree.leaves(updates)]))
        updates = jax.tree.map(lambda u: jnp.where(ok, u, jnp.zeros_like(u)), updates)
        hit = state.count + 1 >= interval
        grown = jnp.where(hit, jnp.minimum(state.scale * 2, 2.0**24), state.scale)
        new = DynamicScaleState(
            scale=jnp.where(ok, grown, jnp.maximum(state.scale / 2, 1.0)),
            count=jnp.where(ok & ~hit, state.count + 1, 0),
        )
        return updates, new

    return optax.GradientTransformation(init, update)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.chain(unscale_dynamic(loss_scale, good_steps, growth_interval), optax.sgd(lr))
    state = tx.init(params)

    def model_loss(params):
        p16 = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        out = nnx.merge(gdef, p16)(jnp.float16(x))
        return optax.losses.squared_error(out, jnp.float16(y)).mean()

    grads = jax.grad(lambda p: jnp.float32(model_loss(p)) * state[0].scale)(params)
    updates, state = tx.update(grads, state, params)
    params = optax.apply_updates(params, updates)
    ds = state[0]
    return jnp.stack([jnp.float32(model_loss(params)), ds.scale, jnp.float32(ds.count)])
