# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def next_scale_and_count(finite, scale, good, interval):
    good = np.int32(good + 1) if finite else np.int32(0)
    factor = np.float32(1.0)
    if not finite:
        factor = np.float32(0.5)
    elif good == interval:
        factor = np.float32(2.0)
        good = np.int32(0)
    return np.clip(np.float32(scale) * factor, np.float32(1), np.float32(2**24)), good


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    k, b = m.kernel[...], m.bias[...]
    x, y = x.astype(np.float16), y.astype(np.float16)

    def loss(k, b):
        return jnp.mean(jnp.square(x @ k.astype(np.float16) + b.astype(np.float16) - y))

    def scaled(k, b):
        return loss(k, b).astype(np.float32) * np.float32(loss_scale)

    dk, db = jax.tree.map(lambda g: np.asarray(g) / np.float32(loss_scale), jax.grad(scaled, (0, 1))(k, b))
    finite = bool(np.isfinite(dk).all() and np.isfinite(db).all())
    if finite:
        k, b = k - np.float32(lr) * dk, b - np.float32(lr) * db
    scale, count = next_scale_and_count(finite, loss_scale, good_steps, growth_interval)
    return np.array([loss(k, b), scale, count], dtype=np.float32)
