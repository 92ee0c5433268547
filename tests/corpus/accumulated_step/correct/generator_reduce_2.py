# expect: accepted
"""Right: a generator of gradients, which functools.reduce adds up."""
import functools
import operator

import jax
import jax.numpy as jnp
from flax import nnx


def bfloat(*arrays):
    return [jnp.bfloat16(a) if not isinstance(a, jax.Array) else a.astype(jnp.bfloat16) for a in arrays]


def loss(masters, x, y):
    w, b, x, y = bfloat(*masters, x, y)
    return ((jnp.dot(x, w) + b - y) ** 2).mean()


def gradients(masters, x, y, parts):
    size = x.shape[0] // parts
    for k in range(parts):
        lo, hi = k * size, (k + 1) * size
        yield jax.grad(loss)(masters, x[lo:hi], y[lo:hi])


def plus(a, b):
    return tuple(map(operator.add, a, b))


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = m.kernel.get_value(), m.bias.get_value()
    total = functools.reduce(plus, gradients(masters, x, y, micro_batches))
    masters = tuple(p - lr / micro_batches * g for p, g in zip(masters, total))
    return loss(masters, x, y).astype("float32").reshape(1)
