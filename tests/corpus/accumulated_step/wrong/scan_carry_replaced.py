# expect: wrong_answer
# finding: last-micro-batch-only
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def loss(p, xb, yb):
    p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
    return jnp.mean(jnp.square(xb.astype(jnp.bfloat16) @ p[0] + p[1] - yb.astype(jnp.bfloat16)))


@partial(jax.jit, static_argnames=["m"])
def update(p, x, y, lr, m):
    def step(carry, part):
        g = jax.grad(loss)(p, *part)
        return g, jax.tree.map(jnp.add, carry, g)  #@ last-micro-batch-only

    zeros = jax.tree.map(jnp.zeros_like, p)
    parts = (x.reshape(m, -1, x.shape[1]), y.reshape(m, -1, y.shape[1]))
    total, sums = jax.lax.scan(step, zeros, parts)
    return jax.tree.map(lambda a, t: a - lr * (t / m), p, total)  #@ last-micro-batch-only


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = update((net.kernel[...], net.bias[...]), x, y, lr, micro_batches)
    return loss(p, x, y).astype(jnp.float32).reshape(1)
