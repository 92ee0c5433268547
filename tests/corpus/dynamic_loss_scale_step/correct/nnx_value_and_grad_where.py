# expect: accepted
"""nnx.Linear that computes in float16 from float32 masters; one jnp.where for the whole state."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def half_loss(m):
        return jnp.mean(jnp.square(m(x16) - y16))

    def scaled(m):
        return half_loss(m).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = jnp.all(jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))

    graphdef, params = nnx.split(model, nnx.Param)
    params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), params, grads)
    model = nnx.merge(graphdef, params)

    count = good_steps + 1
    grown = count >= growth_interval
    scale = jnp.where(
        finite,
        jnp.where(grown, min(loss_scale * 2, 2.0**24), loss_scale),
        max(loss_scale / 2, 1.0),
    )
    count = jnp.where(finite & (not grown), count, 0)
    return jnp.stack([half_loss(model).astype(jnp.float32), scale.astype(jnp.float32), count.astype(jnp.float32)])
