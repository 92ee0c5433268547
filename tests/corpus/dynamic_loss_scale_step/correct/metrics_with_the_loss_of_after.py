# expect: accepted
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Metrics(NamedTuple):
    loss: jax.Array
    scale: jax.Array
    count: jax.Array


@nnx.jit(static_argnames=("growth_interval",))
def train_step(model, optimizer, x, y, scale, count, *, growth_interval):
    def objective(model):
        pred = model(x)
        loss = jnp.mean(optax.squared_error(pred, y))
        return loss.astype(jnp.float32) * scale, loss

    (_, loss), grads = nnx.value_and_grad(objective, has_aux=True)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
    finite = jnp.isfinite(optax.global_norm(grads))

    nnx.cond(
        finite,
        lambda m, o, g: (o.update(m, g), None)[1],
        lambda m, o, g: None,
        model,
        optimizer,
        grads,
    )

    count = jnp.where(finite, count + 1, 0)
    grow = count >= growth_interval
    scale = jnp.where(finite, scale * jnp.where(grow, 2.0, 1.0), scale * 0.5)
    return Metrics(
        loss=loss.astype(jnp.float32),
        scale=jnp.clip(scale, 1.0, 2.0**24),
        count=jnp.where(grow, 0, count),
    )


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    metrics = train_step(
        model,
        optimizer,
        x.astype(jnp.float16),
        y.astype(jnp.float16),
        jnp.float32(loss_scale),
        jnp.int32(good_steps),
        growth_interval=growth_interval,
    )
    loss = jnp.mean((model(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)
    metrics = metrics._replace(loss=loss)
    return jnp.stack([jnp.asarray(m, jnp.float32) for m in metrics])
