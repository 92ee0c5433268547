# expect: wrong_answer
# finding: scale-not-grown
import collections

import jax
import jax.numpy as jnp
from flax import nnx

S = collections.namedtuple("S", "scale count")


def on_success(s, interval):
    s = s._replace(count=s.count + 1)
    if s.count == interval:
        grown = min(s.scale * 2.0, 2.0**24)  #@ scale-not-grown
        s = S(scale=s.scale, count=0)  #@ scale-not-grown
    return s


def on_overflow(s):
    return S(scale=max(s.scale / 2.0, 1.0), count=0)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    s = S(loss_scale, good_steps)
    X, Y = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(params):
        k, b = map(lambda p: p.astype(jnp.float16), params)
        return jnp.mean(jnp.square(X @ k + b - Y))

    grads = jax.grad(lambda p: s.scale * mse(p).astype(jnp.float32))(params)
    grads = [g / s.scale for g in grads]
    if min(int(jnp.isfinite(g).all()) for g in grads):
        params = [p - lr * g for p, g in zip(params, grads)]
        s = on_success(s, growth_interval)
    else:
        s = on_overflow(s)
    return jnp.array([mse(params).astype(jnp.float32), s.scale, s.count], dtype=jnp.float32)
