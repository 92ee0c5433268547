# expect: pitfall|wrong_answer
# finding: scale-not-grown
from collections import namedtuple

import jax
import jax.numpy as jnp
from flax import nnx

Params = namedtuple("Params", "kernel bias")
Scaling = namedtuple("Scaling", "scale count")


def loss16(p, x, y):
    k, b, x, y = [a.astype(jnp.float16) for a in (*p, x, y)]
    return jnp.mean(jnp.square(x @ k + b - y))


def next_scaling(s, finite, interval):
    if not finite:
        return Scaling(max(s.scale / 2, 1.0), 0)
    s = s._replace(count=s.count + 1)
    if s.count >= interval:
        s._replace(scale=min(s.scale * 2, 2.0**24))  #@ scale-not-grown
        s = s._replace(count=0)
    return s


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = Params(layer.kernel[...], layer.bias[...])
    s = Scaling(loss_scale, good_steps)

    grads = jax.grad(lambda p: loss16(p, x, y).astype(jnp.float32) * s.scale)(params)
    grads = Params(*(g.astype(jnp.float32) / s.scale for g in grads))
    finite = bool(jnp.isfinite(grads.kernel).all()) and bool(jnp.isfinite(grads.bias).all())
    if finite:
        params = Params(*(p - lr * g for p, g in zip(params, grads)))
    s = next_scaling(s, finite, growth_interval)
    return jnp.array([loss16(params, x, y).astype(jnp.float32), s.scale, s.count], dtype=jnp.float32)
