# expect: wrong_answer
# finding: update-per-micro-batch
# allow: summed-grads
from functools import reduce

import jax
import jax.numpy as jnp
from flax import nnx


def loss(p, part):
    (k, b), (x, y) = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, part))
    return jnp.mean((x @ k + b - y) ** 2)


def descend(lr):
    def go(p, part):
        return jax.tree.map(lambda a, g: a - lr * g, p, jax.grad(loss)(p, part))  #@ update-per-micro-batch
    return go


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    parts = zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    p = reduce(descend(lr), parts, (m.kernel[...], m.bias[...]))  #@ update-per-micro-batch
    return loss(p, (x, y)).astype(jnp.float32).reshape(1)
