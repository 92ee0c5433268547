# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
"""After an overflow the learning rate becomes 0, which times infinity is NaN."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)
    scale = jnp.float32(loss_scale)

    def loss(p):
        return optax.squared_error(nnx.merge(gd, p)(x), y).mean()

    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * scale)(params)
    g = jax.tree.map(lambda a: a / scale, g)
    finite = jax.tree.reduce(lambda acc, a: acc & jnp.isfinite(a).all(), g, jnp.array(True))

    rate = jnp.where(finite, lr, 0.0)  #@ masked-by-multiplication
    params = jax.tree.map(lambda p, a: p - rate * a, params, g)  #@ masked-by-multiplication

    due = good_steps + 1 == growth_interval
    scale = jax.lax.cond(
        finite,
        lambda s: jnp.minimum(s * 2, 2.0**24) if due else s,
        lambda s: jnp.maximum(s / 2, 1.0),
        scale,
    )
    count = jnp.where(finite, 0 if due else good_steps + 1, 0)
    return jnp.hstack([loss(params).astype(jnp.float32), scale, count.astype(jnp.float32)])
