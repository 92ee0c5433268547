# expect: accepted
"""The skipping is left to optax.apply_if_finite, whose last_finite also steers the scale."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    f16, f32 = jnp.float16, jnp.float32
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.to_pure_dict(nnx.state(model, nnx.Param))
    tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=10)
    state = tx.init(params)

    def loss16(p):
        w, b = p["kernel"].astype(f16), p["bias"].astype(f16)
        pred = x.astype(f16) @ w + b
        return optax.squared_error(pred, y.astype(f16)).mean()

    grads = jax.grad(lambda p: loss16(p).astype(f32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, state = tx.update(grads, state, params)
    params = optax.apply_updates(params, updates)

    finite = state.last_finite
    n = good_steps + 1
    up = jnp.where(n == growth_interval, jnp.minimum(f32(loss_scale) * 2, 2.0**24), f32(loss_scale))
    down = jnp.maximum(f32(loss_scale) / 2, 1.0)
    scale = jnp.where(finite, up, down)
    count = jnp.where(finite & (n != growth_interval), n, 0)
    return jnp.array([loss16(params).astype(f32), scale, count.astype(f32)])
