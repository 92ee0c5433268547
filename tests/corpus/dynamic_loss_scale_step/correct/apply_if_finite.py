# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

HALF = jnp.float16


def loss_fn(params, x, y):
    kernel, bias = (p.astype(HALF) for p in params)
    return jnp.mean((x.astype(HALF) @ kernel + bias - y.astype(HALF)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [layer.kernel[...], layer.bias[...]]
    tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=100)
    state = tx.init(params)
    grads = jax.grad(lambda p: loss_fn(p, x, y).astype(jnp.float32) * loss_scale)(params)
    grads = [g / loss_scale for g in grads]
    updates, state = tx.update(grads, state, params)
    params = optax.apply_updates(params, updates)
    good = state.last_finite
    steps = good_steps + 1
    grown = min(2.0 * loss_scale, 2.0**24) if steps >= growth_interval else loss_scale
    scale = jnp.where(good, grown, max(0.5 * loss_scale, 1.0))
    count = jnp.where(good, steps % growth_interval, 0)
    return jnp.stack([loss_fn(params, x, y).astype(jnp.float32), scale, count])
