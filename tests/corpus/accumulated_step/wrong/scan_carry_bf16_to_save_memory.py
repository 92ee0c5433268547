# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
# allow: low-precision-grads
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx

BUFFER = jnp.bfloat16   # the gradients have no more bits than this anyway, and the buffer is half as large


def cast(t, dtype=jnp.bfloat16):
    return jax.tree.map(lambda a: a.astype(dtype), t)


def mse(p, x, y):
    p, x, y = cast((p, x, y))
    return jnp.mean((x @ p["w"] + p["b"] - y) ** 2)


@partial(jax.jit, static_argnames="k")
def step(p, x, y, lr, k):
    def body(buf, part):
        g = jax.grad(mse)(p, *part)
        return jax.tree.map(lambda s, d: s + d.astype(s.dtype), buf, g), None  #@ low-precision-accumulator

    buf = jax.tree.map(lambda a: jnp.zeros(a.shape, BUFFER), p)  #@ low-precision-accumulator
    buf, _ = jax.lax.scan(body, buf, tuple(a.reshape(k, -1, a.shape[1]) for a in (x, y)))
    mean = jax.tree.map(lambda s: s.astype(jnp.float32) / k, buf)
    p = jax.tree.map(lambda a, m: a - lr * m, p, mean)
    return mse(p, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return step({"w": layer.kernel[...], "b": layer.bias[...]}, x, y, lr, micro_batches).astype(jnp.float32).reshape(1)
