# expect: accepted
from typing import NamedTuple
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class LossScaleState(NamedTuple):
    scale: jax.Array
    count: jax.Array


def dynamic_unscale(init_scale, init_count, interval, lo=1.0, hi=2.0**24):
    def init_fn(params):
        del params
        return LossScaleState(jnp.asarray(init_scale, jnp.float32), jnp.asarray(init_count, jnp.int32))

    def update_fn(updates, state, params=None):
        del params
        updates = jax.tree.map(lambda u: u.astype(jnp.float32) / state.scale, updates)
        ok = jnp.stack([jnp.isfinite(u).all() for u in jax.tree.leaves(updates)]).all()
        updates = jax.tree.map(lambda u: jnp.where(ok, u, jnp.zeros_like(u)), updates)
        due = state.count + 1 == interval
        scale = jnp.select([~ok, due], [state.scale / 2, state.scale * 2], state.scale).clip(lo, hi)
        count = jnp.select([~ok, due], [0, 0], state.count + 1)
        return updates, LossScaleState(scale, count)

    return optax.GradientTransformation(init_fn, update_fn)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graph, params, rest = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param, ...)
    params = nnx.to_pure_dict(params)
    tx = optax.chain(dynamic_unscale(loss_scale, good_steps, growth_interval), optax.sgd(lr))
    opt_state = tx.init(params)

    @jax.jit
    def loss16(p):
        p, a, b = optax.tree.cast((p, jnp.asarray(x), jnp.asarray(y)), jnp.float16)
        return jnp.mean(optax.squared_error(a @ p["kernel"] + p["bias"], b))

    grads = jax.grad(lambda p: loss16(p).astype(jnp.float32) * opt_state[0].scale)(params)
    updates, opt_state = tx.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)
    s = opt_state[0]
    return jnp.array([loss16(params).astype(jnp.float32), s.scale, s.count.astype(jnp.float32)])
