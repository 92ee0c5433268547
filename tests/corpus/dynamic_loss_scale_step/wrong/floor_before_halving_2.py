# expect: pitfall|wrong_answer
# finding: scale-unbounded
"""The floor is applied to the scale before it is halved, so that 1.0 falls to 0.5."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def next_scale(scale, finite, due):
    up = jnp.minimum(scale * 2, 2.0**24)
    down = jnp.maximum(scale, 1.0) / 2  #@ scale-unbounded
    return jax.lax.select_n(finite, down, jnp.where(due, up, scale))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))
    s = jnp.float32(loss_scale)

    def loss(p):
        return jnp.mean((nnx.merge(gd, p)(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    _, pull = jax.vjp(loss, params)
    grads = jax.tree.map(lambda g: g / s, pull(s)[0])
    finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))
    tx = optax.apply_if_finite(optax.sgd(lr), 5)
    u, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, u)
    due = jnp.asarray(good_steps + 1 == growth_interval)
    count = jnp.where(finite & ~due, good_steps + 1, 0)
    return jnp.stack([loss(params), next_scale(s, finite, due), count.astype(jnp.float32)])
