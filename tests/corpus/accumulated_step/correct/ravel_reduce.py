# expect: accepted
import operator
from functools import reduce

import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, state = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    flat, unravel = ravel_pytree(state)

    def to_half(t):
        return jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)

    def loss(v, xy):
        a, b = to_half(xy)
        return jnp.mean((nnx.merge(graphdef, to_half(unravel(v)))(a) - b) ** 2)

    pieces = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    g = reduce(operator.add, map(jax.grad(loss), [flat] * micro_batches, pieces))
    return jnp.float32(loss(flat - lr * g / micro_batches, (x, y))).reshape(1)
