# expect: wrong_answer
# finding: low-precision-accumulator
# finding: partial-loss-returned
# allow: low-precision-grads
from functools import reduce

import jax
import jax.numpy as jnp
from flax import nnx


def loss(half, batch):
    x, y = batch
    return jnp.mean((x @ half[0] + half[1] - y) ** 2)


def to_half(t):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (lin.kernel[...], lin.bias[...])
    batches = to_half(list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))))
    grads = [jax.grad(loss)(to_half(masters), b) for b in batches]
    total = reduce(lambda a, b: jax.tree.map(jnp.add, a, b), grads)  #@ low-precision-accumulator
    total = jax.tree.map(lambda t: t.astype(jnp.float32), total)
    masters = jax.tree.map(lambda m, t: m - lr * t / micro_batches, masters, total)
    return loss(to_half(masters), batches[0]).astype(jnp.float32).reshape(1)  #@ partial-loss-returned
