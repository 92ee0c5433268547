# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import functools
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def quantize(t):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16).astype(a.dtype), t)


def mse(p, x, y):
    k, b = p["k"].astype(jnp.bfloat16), p["b"].astype(jnp.bfloat16)
    e = x.astype(jnp.bfloat16) @ k + b - y.astype(jnp.bfloat16)
    return jnp.mean(e * e)


@functools.partial(jax.jit, static_argnums=4)
def go(p, x, y, lr, m):
    rows = x.shape[0] // m

    def turn(i, acc):
        take = functools.partial(lax.dynamic_slice_in_dim, start_index=i * rows, slice_size=rows)
        g = jax.grad(mse)(p, take(x), take(y))
        # keep everything "bfloat16-valued" like the gradients are
        return quantize(jax.tree.map(jnp.add, acc, g))  #@ low-precision-accumulator

    acc = lax.fori_loop(0, m, turn, jax.tree.map(jnp.zeros_like, p))
    p = jax.tree.map(lambda a, s: a - lr * s / m, p, acc)
    return mse(p, x, y).astype(jnp.float32).reshape(1)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return go({"k": lin.kernel[...], "b": lin.bias[...]}, x, y, lr, micro_batches)
