# expect: wrong_answer
# finding: partial-loss-returned
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def mse(p, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
    return jnp.mean(jnp.square(x @ p[0] + p[1] - y))


@partial(jax.jit, static_argnames="m")
def step(p, x, y, lr, m):
    xs, ys = x.reshape(m, -1, x.shape[1]), y.reshape(m, -1, y.shape[1])
    acc, _ = jax.lax.scan(lambda c, b: (jax.tree.map(jnp.add, c, jax.grad(mse)(p, *b)), None),
                          jax.tree.map(jnp.zeros_like, p), (xs, ys))
    p = jax.tree.map(lambda a, s: a - lr * s / m, p, acc)
    losses = jax.lax.map(lambda b: mse(p, *b), (xs, ys))
    return losses[-1:].astype(jnp.float32)  #@ partial-loss-returned


def accumulated_step(seed, x, y, lr, micro_batches):
    l = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return step((l.kernel[...], l.bias[...]), x, y, lr, m=micro_batches)
