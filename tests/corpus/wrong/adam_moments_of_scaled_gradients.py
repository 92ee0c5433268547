# expect: wrong_answer
# finding: clipped-scaled-grads
"""Adam by hand; the step is unscaled, as the lecture says, before it is applied."""
from typing import NamedTuple

import jax
import jax.numpy as jnp
from flax import nnx


class Moments(NamedTuple):
    m: dict
    v: dict
    t: int


def adam(grads, s, b1=0.9, b2=0.999, eps=1e-8):
    t = s.t + 1
    m = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, s.m, grads)
    v = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * g**2, s.v, grads)
    step = jax.tree.map(lambda m, v: (m / (1 - b1**t)) / (jnp.sqrt(v / (1 - b2**t)) + eps), m, v)
    return step, Moments(m, v, t)


def mse(params, x, y):
    p = {k: v.astype(jnp.bfloat16) for k, v in params.items()}
    return jnp.mean((x.astype(jnp.bfloat16) @ p["kernel"] + p["bias"] - y.astype(jnp.bfloat16)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    zeros = jax.tree.map(jnp.zeros_like, params)
    state = Moments(zeros, zeros, 0)
    grads = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(params)
    step, state = adam(grads, state)  #@ clipped-scaled-grads
    params = jax.tree.map(lambda p, s: p - lr * s / loss_scale, params, step)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
