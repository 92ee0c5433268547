# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.adam(lr), wrt=nnx.Param)
    x_half = x.astype(jnp.float16)
    y_half = y.astype(jnp.float16)

    def loss_fn(model):
        difference = model(x_half) - y_half
        return jnp.mean(difference**2)

    def scaled_loss_fn(model):
        return loss_fn(model).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss_fn)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    number_of_bad = 0
    for g in jax.tree.leaves(grads):
        number_of_bad += int((~jnp.isfinite(g)).sum())

    next_scale = loss_scale
    next_count = good_steps + 1
    if number_of_bad > 0:
        next_scale = max(loss_scale / 2, 1.0)
        next_count = 0
    else:
        optimizer.update(model, grads)
        if next_count >= growth_interval:
            next_scale = min(loss_scale * 2, 2.0**24)
            next_count = 0
    return jnp.array([loss_fn(model), next_scale, next_count], dtype=jnp.float32)
