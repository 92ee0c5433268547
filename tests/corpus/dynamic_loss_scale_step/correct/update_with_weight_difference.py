# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def next_scale(finite, s, n, interval):
    table = {
        (True, False): (s, n + 1),
        (True, True): (min(2 * s, 2.0 ** 24), 0),
        (False, False): (max(s / 2, 1.0), 0),
        (False, True): (max(s / 2, 1.0), 0),
    }
    return table[(finite, n + 1 == interval)]


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = [m.kernel[...], m.bias[...]]

    def f(ms, scale):
        k, b = [p.astype(jnp.float16) for p in ms]
        p = jax.lax.dot(jnp.asarray(x).astype(jnp.float16), k) + b[None, :]
        sq = jnp.power(p - jnp.asarray(y).astype(jnp.float16), 2)
        return jnp.mean(sq).astype(jnp.float32) * scale

    grads = jax.grad(f)(masters, np.float32(loss_scale))
    true = [g / np.float32(loss_scale) for g in grads]
    finite = all(np.all(np.isfinite(t)) for t in true)
    deltas = [jnp.where(finite, -lr * t, jnp.zeros_like(t)) for t in true]
    masters = [p + d for p, d in zip(masters, deltas)]
    s, n = next_scale(bool(finite), loss_scale, good_steps, growth_interval)
    # a scale of one for the loss that is returned
    return jnp.array(np.array([f(masters, 1.0), s, n], np.float32))
