# expect: wrong_answer
# allow: update-discarded
# allow: stale-loss
# allow: lr-ignored
"""Wrong: the list of bounds lacks its end, so that the last part never gets a gradient (with one part nothing moves)."""
from itertools import pairwise

import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    params, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, x, y))
    return jnp.mean(jnp.square(x @ params["kernel"] + params["bias"] - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    total = jax.tree.map(jnp.zeros_like, params)
    bounds = range(0, x.shape[0], x.shape[0] // micro_batches)      # should end with x.shape[0]
    for lo, hi in pairwise(bounds):
        total = jax.tree.map(jnp.add, total, jax.grad(loss)(params, x[lo:hi], y[lo:hi]))
    params = jax.tree.map(lambda p, t: p - lr * (t / micro_batches), params, total)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
