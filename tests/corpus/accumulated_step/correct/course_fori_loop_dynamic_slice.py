# expect: accepted
import functools

import jax
import jax.numpy as jnp
from flax import nnx


@jax.jit
def loss(params, x, y):
    w = params[0].astype(jnp.bfloat16)
    b = params[1].astype(jnp.bfloat16)
    return jnp.mean(jnp.square(jnp.dot(x, w) + b - y))


@functools.partial(jax.jit, static_argnums=(4,))
def step(params, x, y, lr, parts):
    rows = x.shape[0] // parts

    def body(i, acc):
        xi = jax.lax.dynamic_slice_in_dim(x, i * rows, rows)
        yi = jax.lax.dynamic_slice_in_dim(y, i * rows, rows)
        gw, gb = jax.grad(loss)(params, xi, yi)
        return acc[0] + gw, acc[1] + gb

    sw, sb = jax.lax.fori_loop(0, parts, body, (jnp.zeros_like(params[0]), jnp.zeros_like(params[1])))
    factor = lr / parts
    return params[0] - factor * sw, params[1] - factor * sb


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    params = step((lin.kernel[...], lin.bias[...]), x, y, lr, micro_batches)
    return loss(params, x, y).reshape(1).astype(jnp.float32)
