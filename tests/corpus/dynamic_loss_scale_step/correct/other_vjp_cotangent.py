# expect: accepted
import operator

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graph, theta = nnx.split(model, nnx.Param)
    half = lambda t: jax.tree.map(lambda a: jnp.asarray(a).astype(jnp.float16), t)
    batch = half((x, y))

    def loss(theta):
        inputs, targets = batch
        r = nnx.merge(graph, half(theta))(inputs) - targets
        return jnp.mean(r**2).astype(jnp.float32)

    # d(scale * loss) is the vjp of the scale
    _, pullback = jax.vjp(loss, theta)
    (scaled_grads,) = pullback(jnp.float32(loss_scale))
    is_ok = jax.tree.map(lambda g: jnp.all(jnp.isfinite(g)), scaled_grads)
    is_ok = jax.tree.reduce(operator.and_, is_ok)

    tx = optax.sgd(lr)
    unscaled = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, scaled_grads)
    step, _ = tx.update(unscaled, tx.init(theta))
    moved = optax.apply_updates(theta, step)
    theta = jax.tree.map(lambda a, b: jnp.where(is_ok, a, b), moved, theta)

    grown = good_steps + 1 >= growth_interval
    next_scale = (min(loss_scale * 2.0, 2.0**24) if grown else loss_scale) if is_ok else max(loss_scale / 2.0, 1.0)
    next_count = 0 if (grown or not is_ok) else good_steps + 1
    return jnp.stack([loss(theta), jnp.float32(next_scale), jnp.float32(next_count)])
