# expect: pitfall|wrong_answer
# allow: seed-ignored
from functools import lru_cache

import jax
import jax.numpy as jnp
from flax import nnx


@lru_cache(maxsize=None)
def initial(d_in, d_out, seed=42):
    lin = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
    return lin.kernel[...], lin.bias[...]


def mse(p, x, y):
    w, b, x, y = (a.astype(jnp.bfloat16) for a in (*p, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    p = initial(x.shape[1], y.shape[1])
    g = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(p)
    p = [a - lr * (d / loss_scale) for a, d in zip(p, g)]
    return mse(p, x, y).astype(jnp.float32).reshape(1)
