# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w = np.array(model.kernel[...], dtype=np.float32)
    b = np.array(model.bias[...], dtype=np.float32)
    xh = np.asarray(x).astype(np.float16)
    yh = np.asarray(y).astype(np.float16)

    def mse(w, b):
        pred = jnp.asarray(xh) @ w + b
        return jnp.mean((pred - yh) ** 2)

    def scaled(w, b):
        return mse(w, b).astype(jnp.float32) * np.float32(loss_scale)

    gw, gb = jax.grad(scaled, argnums=(0, 1))(jnp.asarray(w, jnp.float16), jnp.asarray(b, jnp.float16))
    gw = np.asarray(gw).astype(np.float32) / np.float32(loss_scale)
    gb = np.asarray(gb).astype(np.float32) / np.float32(loss_scale)

    if np.isfinite(gw).all() and np.isfinite(gb).all():
        w -= np.float32(lr) * gw
        b -= np.float32(lr) * gb
        count = good_steps + 1
        scale = np.float32(loss_scale)
        if count >= growth_interval:
            scale = np.minimum(scale * np.float32(2), np.float32(2**24))
            count = 0
    else:
        scale = np.maximum(np.float32(loss_scale) / np.float32(2), np.float32(1))
        count = 0

    loss = np.asarray(mse(jnp.asarray(w, jnp.float16), jnp.asarray(b, jnp.float16)), dtype=np.float32)
    return jnp.asarray(np.array([loss, scale, count], dtype=np.float32))
