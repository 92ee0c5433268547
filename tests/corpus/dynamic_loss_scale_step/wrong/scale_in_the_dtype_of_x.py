# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
"""The scale is made an array of x's dtype, after x has become float16, and used as that throughout."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)
    scale = jnp.full((), loss_scale, x.dtype).astype(jnp.float32)  #@ low-precision-loss-scale

    def loss(p):
        return jnp.mean(jnp.square(nnx.merge(gd, p)(x) - y))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
    finite = jnp.all(jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))
    tx = optax.sgd(lr)

    def update(p):
        u, _ = tx.update(grads, tx.init(p), p)
        return optax.apply_updates(p, u)

    params = jax.lax.cond(finite, update, lambda p: p, params)
    grow = finite & (good_steps + 1 == growth_interval)
    scale = jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), jnp.where(finite, scale, jnp.maximum(scale / 2, 1.0)))
    count = jnp.where(finite & ~grow, good_steps + 1, 0)
    return jnp.stack([loss(params).astype(jnp.float32), scale, count.astype(jnp.float32)])
