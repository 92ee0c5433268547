# expect: accepted
import functools
import operator

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit
def train_step(model, optimizer, x, y, scale, count, interval):
    def objective(model):
        mse = jnp.mean(jnp.square(model(x) - y.astype(jnp.float16)))
        return mse.astype(jnp.float32) * scale

    grads = nnx.grad(objective)(model)
    grads = jax.tree.map(lambda g: g / scale, grads)
    ok = functools.reduce(operator.and_, [jnp.isfinite(g).all() for g in jax.tree.leaves(grads)])
    # plain SGD has no memory, so a gradient of exact zeros is a step left out
    grads = jax.tree.map(lambda g: jnp.where(ok, g, jnp.zeros_like(g)), grads)
    optimizer.update(model, grads)

    grown = count + 1 >= interval
    next_scale = jnp.where(
        ok,
        jnp.where(grown, jnp.minimum(scale * 2, 2.0**24), scale),
        jnp.maximum(scale / 2, 1.0),
    )
    next_count = jnp.where(ok & ~grown, count + 1, 0)
    final = jnp.mean(jnp.square(model(x) - y.astype(jnp.float16)))
    return final, next_scale, next_count


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(
        x.shape[-1], y.shape[-1], dtype=jnp.float16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed))
    )
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    final, s, c = train_step(model, optimizer, x, y, jnp.float32(loss_scale), good_steps, growth_interval)
    return jnp.stack([final.astype(jnp.float32), s, c.astype(jnp.float32)])
