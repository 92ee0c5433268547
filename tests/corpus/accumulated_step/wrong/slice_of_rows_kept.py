# expect: wrong_answer
# finding: partial-loss-returned
import functools

import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y, start, rows):
    """loss of `rows` rows from `start` on"""
    x = jax.lax.dynamic_slice_in_dim(x, start, rows).astype(jnp.bfloat16)
    y = jax.lax.dynamic_slice_in_dim(y, start, rows).astype(jnp.bfloat16)
    kernel, bias = (p.astype(jnp.bfloat16) for p in params)
    return jnp.mean(jnp.square(x @ kernel + bias - y))


@functools.partial(jax.jit, static_argnames=("micro_batches",))
def step(params, x, y, lr, micro_batches):
    rows = x.shape[0] // micro_batches

    def body(i, acc):
        g = jax.grad(mse)(params, x, y, i * rows, rows)
        return jax.tree.map(jnp.add, acc, g)

    acc = jax.lax.fori_loop(0, micro_batches, body, jax.tree.map(jnp.zeros_like, params))
    params = jax.tree.map(lambda p, a: p - lr * a / micro_batches, params, acc)
    return mse(params, x, y, 0, rows)  #@ partial-loss-returned


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    out = step((lin.kernel[...], lin.bias[...]), x, y, lr, micro_batches)
    return out.astype(jnp.float32)[None]
