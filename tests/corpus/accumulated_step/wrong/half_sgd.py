# expect: pitfall|wrong_answer
# finding: low-precision-update
from functools import reduce

import jax
import jax.numpy as jnp
from flax import nnx

half = lambda tree: jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)
full = lambda tree: jax.tree.map(lambda a: a.astype(jnp.float32), tree)


def sgd(params, grads, lr):
    step = jax.tree.map(lambda g: lr * g, grads)
    return full(jax.tree.map(jnp.subtract, half(params), half(step)))  #@ low-precision-update


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    @jax.jit
    def loss(params, x, y):
        return jnp.mean((nnx.merge(graphdef, half(params))(half(x)) - half(y)) ** 2)

    parts = zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    grads = (jax.grad(loss)(params, xb, yb) for xb, yb in parts)
    total = reduce(lambda a, b: jax.tree.map(jnp.add, a, b), grads)
    mean = jax.tree.map(lambda t: t / micro_batches, total)

    return full(loss(sgd(params, mean, lr), x, y)).reshape(1)
