# expect: pitfall|wrong_answer
# finding: scale-not-reduced
# finding: low-precision-loss-scale
"""One training step, with a guard clause for the overflow."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx

MAX_LOSS_SCALE = 2.0**24


def compute_loss(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    predictions = model(x)
    return jnp.mean((predictions - y) ** 2)


def pack(loss: jax.Array, scale: float, count: int) -> jax.Array:
    return jnp.array([loss.astype(jnp.float32), scale, count], dtype=jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(learning_rate=lr), wrt=nnx.Param)
    x_half = x.astype(jnp.float16)
    y_half = y.astype(jnp.float16)

    def scaled_loss_fn(m: nnx.Linear) -> jax.Array:
        loss = compute_loss(m, x_half, y_half)
        scaled = loss * loss_scale  #@ low-precision-loss-scale
        return scaled.astype(jnp.float32)

    grads = nnx.grad(scaled_loss_fn)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    # Guard: if anything overflowed, there is no update.
    if not all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        return pack(compute_loss(model, x_half, y_half), loss_scale, 0)  #@ scale-not-reduced

    optimizer.update(model, grads)

    count = good_steps + 1
    scale = loss_scale
    if count >= growth_interval:
        scale = min(loss_scale * 2.0, MAX_LOSS_SCALE)
        count = 0
    return pack(compute_loss(model, x_half, y_half), scale, count)
