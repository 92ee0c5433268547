# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx

DTYPE = jnp.bfloat16


def mse(params, x, y):
    w, b = (p.astype(DTYPE) for p in params)
    return jnp.square(x @ w + b - y).mean()


@partial(jax.jit, static_argnames="n")
def go(params, x, y, lr, n):
    xs, ys = (t.reshape(n, -1, t.shape[1]) for t in (x, y))

    def body(carry, xy):
        g = jax.grad(mse)(params, *xy)
        return jax.tree.map(lambda c, d: c + d.astype(c.dtype), carry, g), None  #@ low-precision-accumulator

    zeros = jax.tree.map(lambda p: jnp.zeros(p.shape, DTYPE), params)  #@ low-precision-accumulator
    total, _ = jax.lax.scan(body, zeros, (xs, ys))
    new = jax.tree.map(lambda p, t: p - lr * (t.astype(p.dtype) / n), params, total)
    return mse(new, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    return go(params, x.astype(DTYPE), y.astype(DTYPE), lr, micro_batches).astype(jnp.float32).reshape((1,))
