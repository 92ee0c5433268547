# expect: accepted
"""Dynamic loss scaling with the nnx API: compute dtype on the layer, plain Python control flow."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx

MAX_SCALE = 2.0**24
MIN_SCALE = 1.0


def _mse(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    pred = model(x)
    return jnp.mean(jnp.square(pred - y))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # dtype is the compute dtype; the parameters are kept in param_dtype (float32).
    model = nnx.Linear(
        x.shape[-1],
        y.shape[-1],
        dtype=jnp.float16,
        param_dtype=jnp.float32,
        rngs=nnx.Rngs(int(seed)),
    )
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    x16 = jnp.asarray(x, jnp.float16)
    y16 = jnp.asarray(y, jnp.float16)

    def scaled_loss(m):
        return _mse(m, x16, y16).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    finite = jax.tree.reduce(
        jnp.logical_and, jax.tree.map(lambda g: jnp.isfinite(g).all(), grads)
    )

    if bool(finite):
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale = min(loss_scale * 2.0, MAX_SCALE)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2.0, MIN_SCALE)
        good_steps = 0

    final_loss = _mse(model, x16, y16)
    return jnp.array([final_loss.astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
