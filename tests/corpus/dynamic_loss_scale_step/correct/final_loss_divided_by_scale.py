# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y, loss_scale):
    pred = model(x.astype(jnp.float16))
    loss = jnp.mean((pred - y.astype(jnp.float16)) ** 2)
    return loss.astype(jnp.float32) * loss_scale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    value, grads = nnx.value_and_grad(loss_fn)(model, x, y, loss_scale)
    del value  # scaled, and of before the step
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    if not any(jnp.any(~jnp.isfinite(g)) for g in jax.tree_util.tree_leaves(grads)):
        optimizer.update(model, grads)
        next_count = good_steps + 1
        next_scale = loss_scale
        if next_count == growth_interval:
            next_count = 0
            next_scale = min(2.0**24, 2.0 * loss_scale)
    else:
        next_count = 0
        next_scale = max(1.0, 0.5 * loss_scale)
    # the same function again, divided by the scale that it multiplied by (not the next one)
    loss = loss_fn(model, x, y, loss_scale) / loss_scale
    return jnp.array([loss, next_scale, next_count], dtype=jnp.float32)
