# expect: accepted
from typing import NamedTuple
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class ScalerState(NamedTuple):
    scale: jax.Array
    count: jax.Array


def unscale_and_zero(scale0, count0, interval, lo=1.0, hi=2.0**24):
    def init(params):
        del params
        return ScalerState(jnp.asarray(scale0, jnp.float32), jnp.asarray(count0, jnp.int32))

    def update(updates, state, params=None):
        del params
        g = optax.tree_utils.tree_cast(updates, jnp.float32)
        g = jax.tree.map(lambda t: t / state.scale, g)
        ok = jnp.isfinite(optax.tree_utils.tree_sum(jax.tree.map(lambda t: jnp.sum(~jnp.isfinite(t)) * jnp.inf, g)) * 0.0)
        # 0 * inf = nan if anything was counted; nan * 0 too: count 0 gives 0 * inf = nan, so it is counted again below
        ok = jax.tree.reduce(lambda a, t: a & jnp.isfinite(t).all(), g, jnp.bool_(True))
        g = jax.tree.map(lambda t: jnp.where(ok, t, jnp.zeros_like(t)), g)   # plain SGD: a zero is no step
        c = state.count + 1
        reached = c >= interval
        s_ok = jnp.where(reached, jnp.minimum(state.scale * 2, hi), state.scale)
        s_bad = jnp.maximum(state.scale / 2, lo)
        return g, ScalerState(jnp.where(ok, s_ok, s_bad), jnp.where(ok & ~reached, c, 0))

    return optax.GradientTransformation(init, update)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    tx = optax.chain(unscale_and_zero(loss_scale, good_steps, growth_interval), optax.sgd(lr))
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.to_pure_dict(nnx.state(layer, nnx.Param))
    opt_state = tx.init(params)
    x, y = jnp.float16(x), jnp.float16(y)

    @jax.jit
    def loss(p):
        p = optax.tree_utils.tree_cast(p, jnp.float16)
        return optax.squared_error(x @ p['kernel'] + p['bias'], y).mean()

    scale_now = opt_state[0].scale
    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * scale_now)(params)
    u, opt_state = tx.update(g, opt_state, params)
    params = optax.apply_updates(params, u)
    return jnp.stack([loss(params).astype(jnp.float32), opt_state[0].scale, opt_state[0].count.astype(jnp.float32)])
