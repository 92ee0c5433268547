# expect: accepted
from __future__ import annotations

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.checkpoint
def residual(params, x, y):
    return jnp.einsum("nd,do->no", x, params["kernel"]) + params["bias"] - y


def half_loss(params, x, y):
    params, x, y = jax.tree.map(lambda a: jnp.asarray(a, jnp.float16), (params, x, y))
    r = residual(params, x, y)
    return jnp.mean(jax.lax.integer_pow(r, 2))


@jax.jit
def train(params, x, y, lr, scale, good, interval):
    loss, vjp = jax.vjp(lambda p: half_loss(p, x, y).astype(jnp.float32) * scale, params)
    (grads,) = vjp(jnp.ones_like(loss))
    grads = jax.tree.map(lambda g: jax.lax.div(g.astype(jnp.float32), jnp.broadcast_to(scale, g.shape)), grads)

    # float16's numbers are below 65504, and some thousands of their squares fit float32 easily:
    # the norm is finite if and only if all of its elements are.
    finite = jnp.isfinite(optax.global_norm(grads))

    safe = jax.tree.map(lambda g: jnp.where(finite, g, jnp.zeros_like(g)), grads)
    params = jax.tree.map(lambda p, g: p - lr * g, params, safe)

    good = jnp.where(finite, good + 1, 0)
    grow = good >= interval
    exponent = jnp.where(finite, grow.astype(jnp.int32), -1)
    scale = jnp.clip(jnp.ldexp(scale, exponent), 1.0, 2.0**24)
    good = jnp.where(grow, 0, good)
    return half_loss(params, x, y), scale, good


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {k: v[...] for k, v in nnx.state(layer, nnx.Param).items()}
    out = train(
        params, x, y, jnp.float32(lr), jnp.float32(loss_scale), jnp.int32(good_steps), jnp.int32(growth_interval)
    )
    return jnp.stack([jnp.asarray(v, jnp.float32) for v in out])
