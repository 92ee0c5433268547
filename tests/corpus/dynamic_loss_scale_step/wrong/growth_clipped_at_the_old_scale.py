# expect: wrong_answer
# finding: scale-not-grown
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

LOW, HIGH = 1.0, 2.0**24


def bounded(value, upper):
    return float(np.clip(value, LOW, upper))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    k, b = m.kernel[...], m.bias[...]

    def loss(k, b, dt=jnp.float16):
        return jnp.mean((x.astype(dt) @ k.astype(dt) + b.astype(dt) - y.astype(dt)) ** 2)

    dk, db = jax.grad(lambda k, b: loss(k, b).astype(jnp.float32) * loss_scale, argnums=[0, 1])(k, b)
    if not (np.isfinite(dk).all() and np.isfinite(db).all()):
        return jnp.array([loss(k, b), bounded(loss_scale / 2, HIGH), 0], dtype=jnp.float32)
    k, b = k - lr * (dk / loss_scale), b - lr * (db / loss_scale)
    n = good_steps + 1
    if n == growth_interval:
        n = 0
        loss_scale = bounded(loss_scale * 2, loss_scale)  #@ scale-not-grown
    return jnp.array([loss(k, b), loss_scale, n], dtype=jnp.float32)
