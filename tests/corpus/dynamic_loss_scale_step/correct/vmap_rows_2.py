# expect: accepted
"""The model is written for one row and vmapped over the batch."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def row_errors(p, xi, yi):
    return xi @ p["kernel"] + p["bias"] - yi


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    state = nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    params = {"kernel": state["kernel"][...], "bias": state["bias"][...]}
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        p = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        e = jax.vmap(row_errors, in_axes=(None, 0, 0))(p, x16, y16)
        return jnp.mean(e * e)

    def scaled_loss(p):
        return loss(p).astype(jnp.float32) * jnp.float32(loss_scale)

    g = jax.tree.map(lambda t: t.astype(jnp.float32) / jnp.float32(loss_scale), jax.grad(scaled_loss)(params))
    finite = jnp.isfinite(g["kernel"]).all() & jnp.isfinite(g["bias"]).all()

    def apply(p):
        tx = optax.sgd(lr)
        u, _ = tx.update(g, tx.init(p), p)
        return optax.apply_updates(p, u)

    params = jax.lax.cond(finite, apply, lambda p: p, params)
    scale, count = jax.lax.cond(
        finite,
        lambda: jax.lax.cond(
            good_steps + 1 == growth_interval,
            lambda: (jnp.float32(min(loss_scale * 2, 2.0**24)), jnp.float32(0)),
            lambda: (jnp.float32(loss_scale), jnp.float32(good_steps + 1)),
        ),
        lambda: (jnp.float32(max(loss_scale / 2, 1.0)), jnp.float32(0)),
    )
    return jnp.stack((loss(params).astype(jnp.float32), scale, count))
