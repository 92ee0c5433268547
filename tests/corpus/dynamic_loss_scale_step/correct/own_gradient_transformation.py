# expect: accepted
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class DynState(NamedTuple):
    scale: jax.Array
    count: jax.Array
    inner: Any


def dynamic_scaling(inner, scale, count, interval):
    """Wraps an optimizer: unscales, skips, and keeps the scale in its state."""

    def init(params):
        return DynState(jnp.float32(scale), jnp.int32(count), inner.init(params))

    def update(grads, state, params=None):
        g = jax.tree.map(lambda a: a.astype(jnp.float32) / state.scale, grads)
        ok = jnp.all(jnp.array([jnp.all(jnp.isfinite(a)) for a in jax.tree.leaves(g)]))
        u, inner_state = inner.update(g, state.inner, params)
        u = jax.tree.map(lambda a: jnp.where(ok, a, 0.0), u)
        n = jnp.where(ok, state.count + 1, 0)
        hit = n == interval
        s = jnp.where(ok, state.scale, state.scale / 2)
        s = jnp.where(hit, s * 2, s)
        return u, DynState(jnp.clip(s, 1.0, 2.0**24), jnp.where(hit, 0, n), inner_state)

    return optax.GradientTransformation(init, update)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    tx = dynamic_scaling(optax.sgd(lr), loss_scale, good_steps, growth_interval)
    state = tx.init(params)

    def mse(p):
        k, b = [a.astype(jnp.float16) for a in p]
        return jnp.mean((x.astype(jnp.float16) @ k + b - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * state.scale)(params)
    updates, state = tx.update(grads, state, params)
    params = optax.apply_updates(params, updates)
    return jnp.array([mse(params), state.scale, state.count], dtype=jnp.float32)
