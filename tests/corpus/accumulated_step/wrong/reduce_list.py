# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
from functools import reduce

import jax
import jax.numpy as jnp
from flax import nnx


def tree_add(a, b):
    return jax.tree.map(lambda u, v: u + v, a, b)


def loss(weights, x, y):
    kernel, bias = weights
    delta = jnp.dot(x, kernel) + bias - y
    return (delta * delta).mean()


@jax.jit
def part_gradient(weights, x, y):
    return jax.grad(loss)(weights, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (layer.kernel[...], layer.bias[...])
    weights = tuple(m.astype(jnp.bfloat16) for m in masters)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    gradients = [part_gradient(weights, xb, yb)
                 for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    total = reduce(tree_add, gradients)  #@ low-precision-accumulator
    mean = [t.astype(jnp.float32) / micro_batches for t in total]

    masters = [m - lr * g for m, g in zip(masters, mean)]
    weights = tuple(m.astype(jnp.bfloat16) for m in masters)
    return loss(weights, x, y).astype(jnp.float32).reshape((1,))
