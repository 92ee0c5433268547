# expect: wrong_answer
# finding: scale-not-reduced
# At an interval of 1 an overflow counts as a good step, and the scale doubles.
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

H = jnp.float16

def mse(p, x, y):
    return jnp.mean((x.astype(H) @ p[0].astype(H) + p[1].astype(H) - y.astype(H)) ** 2)

def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (m.kernel[...], m.bias[...])
    S, n, gi = loss_scale, good_steps, growth_interval
    g = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * S)(p)
    raw = g
    g = tuple(a / S for a in g)
    ok = all(bool(jnp.isfinite(a).all()) for a in g)
    if ok or gi == 1:  #@ scale-not-reduced
        if ok:
            p = tuple(a - lr * b for a, b in zip(p, g))
        n += 1
        if n >= gi:
            S, n = min(S * 2, 2.0**24), 0
    else:
        S, n = max(S / 2, 1.0), 0
    return jnp.array([mse(p, x, y), S, n], dtype=jnp.float32)
