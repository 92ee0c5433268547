# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W = np.asarray(model.kernel[...])
    b = np.asarray(model.bias[...])
    x = np.asarray(x).astype(np.float16)
    y = np.asarray(y).astype(np.float16)

    def loss(W, b):
        return jnp.mean((jnp.matmul(x, W) + b - y) ** 2)

    def scaled(W, b):
        return jnp.float32(loss(W, b)) * np.float32(loss_scale)

    gW, gb = jax.grad(scaled, argnums=(0, 1))(jnp.array(W, jnp.float16), jnp.array(b, jnp.float16))
    gW = np.asarray(gW).astype(np.float32) / np.float32(loss_scale)
    gb = np.asarray(gb).astype(np.float32) / np.float32(loss_scale)

    if np.isfinite(gW).all() and np.isfinite(gb).all():
        W = W - np.float32(lr) * gW
        b = b - np.float32(lr) * gb
        good_steps = good_steps + 1
        if good_steps >= growth_interval:
            loss_scale = np.minimum(np.float32(loss_scale) * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = np.maximum(np.float32(loss_scale) / 2, 1.0)
        good_steps = 0

    last = loss(jnp.array(W, jnp.float16), jnp.array(b, jnp.float16))
    return jnp.asarray(np.array([last, loss_scale, good_steps], dtype=np.float32))
