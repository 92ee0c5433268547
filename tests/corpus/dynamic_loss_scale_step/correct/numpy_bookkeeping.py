# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel = np.asarray(linear.kernel[...])
    bias = np.asarray(linear.bias[...])

    @jax.jit
    def scaled(kernel, bias):
        loss = half_loss(kernel, bias)
        return loss.astype(jnp.float32) * loss_scale

    @jax.jit
    def half_loss(kernel, bias):
        p = x.astype(jnp.float16) @ kernel.astype(jnp.float16) + bias.astype(jnp.float16)
        return jnp.mean((p - y.astype(jnp.float16)) ** 2)

    dk, db = jax.grad(scaled, argnums=(0, 1))(kernel, bias)
    dk = np.asarray(dk, dtype=np.float32) / np.float32(loss_scale)
    db = np.asarray(db, dtype=np.float32) / np.float32(loss_scale)

    if np.isfinite(dk).all() and np.isfinite(db).all():
        kernel = kernel - np.float32(lr) * dk
        bias = bias - np.float32(lr) * db
        good_steps = good_steps + 1
        if good_steps == growth_interval:
            good_steps = 0
            loss_scale = np.minimum(2 * loss_scale, 2**24)
    else:
        good_steps = 0
        loss_scale = np.maximum(loss_scale / 2, 1)

    result = np.empty(3, dtype=np.float32)
    result[0] = half_loss(kernel, bias)
    result[1] = loss_scale
    result[2] = good_steps
    return result
