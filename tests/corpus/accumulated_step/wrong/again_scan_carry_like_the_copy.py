# expect: wrong_answer
# finding: low-precision-accumulator
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def lower(t):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)


def loss(params, x, y):
    w, b = lower(params)
    return jnp.mean((x @ w + b - y) ** 2)


@partial(jax.jit, static_argnames="micro_batches")
def step(params, x, y, lr, micro_batches):
    x, y = lower((x, y))
    parts = jax.tree.map(lambda t: t.reshape(micro_batches, -1, t.shape[-1]), (x, y))

    def body(acc, part):
        g = jax.grad(loss)(params, *part)
        return jax.tree.map(lambda a, g: (a + g).astype(a.dtype), acc, g), None  #@ low-precision-accumulator

    start = jax.tree.map(jnp.zeros_like, lower(params))  #@ low-precision-accumulator
    acc, _ = jax.lax.scan(body, start, parts)
    new = jax.tree.map(lambda p, g: p - lr * (g.astype(jnp.float32) / micro_batches), params, acc)
    return loss(new, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return step((net.kernel[...], net.bias[...]), x, y, lr, micro_batches)[None].astype(jnp.float32)
