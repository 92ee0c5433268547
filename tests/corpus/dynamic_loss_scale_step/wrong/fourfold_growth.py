# expect: wrong_answer
# finding: scale-not-grown
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass(frozen=True)
class ScaleConfig:
    growth_factor: float = 4.0  #@ scale-not-grown
    backoff_factor: float = 0.5
    max_scale: float = 2.0**24
    min_scale: float = 1.0


CONFIG = ScaleConfig()


def compute_loss(model, x, y):
    graph, params, rest = nnx.split(model, nnx.Param, ...)
    params = jax.tree.map(lambda p: p.astype(jnp.float16), params)
    out = nnx.merge(graph, params, rest)(x.astype(jnp.float16))
    return optax.squared_error(out, y.astype(jnp.float16)).mean()


def update_scale(scale, steps, interval, finite, config=CONFIG):
    steps = steps + 1
    grew = jnp.logical_and(finite, steps >= interval)
    scale = jnp.where(
        finite,
        jnp.where(grew, jnp.minimum(scale * config.growth_factor, config.max_scale), scale),  #@ scale-not-grown
        jnp.maximum(scale * config.backoff_factor, config.min_scale),
    )
    steps = jnp.where(jnp.logical_or(grew, ~finite), 0, steps)
    return scale, steps


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graph, params = nnx.split(model)
    grads = nnx.grad(lambda m: compute_loss(m, x, y).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = jnp.isfinite(optax.tree.norm(grads))
    tx = optax.sgd(learning_rate=lr)
    updates, _ = tx.update(grads, tx.init(params))
    candidate = optax.apply_updates(params, updates)
    params = jax.tree.map(lambda a, b: jnp.where(finite, a, b), candidate, params)
    scale, steps = update_scale(loss_scale, good_steps, growth_interval, finite)
    loss = compute_loss(nnx.merge(graph, params), x, y)
    return jnp.concatenate([loss.astype(jnp.float32).reshape(1), jnp.stack([scale, steps]).astype(jnp.float32)])
