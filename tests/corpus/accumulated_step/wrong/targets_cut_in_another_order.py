# expect: wrong_answer
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def cut_inputs(x, k):
    return x.reshape(k, x.shape[0] // k, x.shape[1])


def cut_targets(y, k):
    # rows of a part along axis 0 first, then the parts to the front, as for the inputs
    return y.reshape(y.shape[0] // k, k, y.shape[1]).swapaxes(0, 1)


def mse(p, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
    return jnp.mean((x @ p[0] + p[1] - y) ** 2)


@partial(jax.jit, static_argnames="k")
def step(p, x, y, lr, k):
    g = jax.vmap(jax.grad(mse), in_axes=(None, 0, 0))(p, cut_inputs(x, k), cut_targets(y, k))
    return jax.tree.map(lambda a, b: a - lr * b.mean(0), p, g)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = step((lin.kernel[...], lin.bias[...]), x, y, lr, micro_batches)
    return mse(p, x, y).astype(jnp.float32).reshape(1)
