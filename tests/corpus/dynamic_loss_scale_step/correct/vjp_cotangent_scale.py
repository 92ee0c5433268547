# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, state = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss(state):
        low = jax.tree.map(lambda v: v.astype(jnp.float16), state)
        pred = nnx.merge(graphdef, low)(x.astype(jnp.float16))
        return jnp.mean((pred - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    value, pullback = jax.vjp(loss, state)
    (grads,) = pullback(jnp.float32(loss_scale))
    grads = jax.tree.map(lambda g: g / jnp.float32(loss_scale), grads)
    finite = jnp.isfinite(optax.global_norm(grads))

    stepped = jax.tree.map(lambda p, g: p - lr * g, state, grads)
    state = jax.tree.map(lambda a, b: jnp.where(finite, a, b), stepped, state)

    c = good_steps + 1
    grow = jnp.logical_and(finite, c >= growth_interval)
    factor = jnp.where(grow, 2.0, jnp.where(finite, 1.0, 0.5))
    scale = jnp.clip(jnp.float32(loss_scale) * factor, 1.0, 2.0 ** 24)
    count = jnp.where(finite & ~grow, c, 0)
    return jnp.array([loss(state), scale, count], dtype=jnp.float32)
