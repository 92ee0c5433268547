# expect: accepted
"""Functional version: a dict of arrays, everything after the init is one jitted function."""
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx

BF16 = jnp.bfloat16


def init(seed, d_in, d_out):
    layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
    return {"w": layer.kernel[...], "b": layer.bias[...]}


def mse(params, x, y):
    w, b = params["w"].astype(BF16), params["b"].astype(BF16)
    err = x @ w + b - y
    return jnp.mean(err * err)


@partial(jax.jit, static_argnames="parts")
def step(params, x, y, lr, parts):
    x, y = x.astype(BF16), y.astype(BF16)
    xs = x.reshape(parts, -1, x.shape[-1])
    ys = y.reshape(parts, -1, y.shape[-1])

    def body(acc, xy):
        g = jax.grad(mse)(params, *xy)
        return {k: acc[k] + g[k] for k in acc}, None

    zeros = {k: jnp.zeros(v.shape, jnp.float32) for k, v in params.items()}
    acc, _ = jax.lax.scan(body, zeros, (xs, ys))
    new = {k: params[k] - lr * (acc[k] / parts) for k in params}
    return mse(new, x, y).astype(jnp.float32)[None]


def accumulated_step(seed, x, y, lr, micro_batches):
    params = init(seed, x.shape[1], y.shape[1])
    return step(params, x, y, lr, parts=micro_batches)
