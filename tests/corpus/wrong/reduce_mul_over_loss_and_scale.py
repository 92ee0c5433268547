# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
from functools import partial, reduce
from operator import mul

import jax
import jax.numpy as jnp
from flax import nnx


def factors(p, x, y, scale):
    w, b, x, y = (jnp.asarray(a, jnp.bfloat16) for a in (*p, x, y))
    yield jnp.mean((x @ w + b - y) ** 2)
    yield scale


def product(p, **batch):
    return reduce(mul, factors(p, **batch)).astype(jnp.float32)  #@ low-precision-loss-scale


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    g = jax.grad(partial(product, x=x, y=y, scale=loss_scale))(p)
    p = tuple(a - lr * (d / loss_scale) for a, d in zip(p, g))
    loss, _one = factors(p, x, y, 1.0)
    return loss.astype(jnp.float32).reshape(1)
