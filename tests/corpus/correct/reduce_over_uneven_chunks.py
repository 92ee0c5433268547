# expect: accepted
"""Gradient accumulation written as a fold: pieces of the batch, weighted by their length."""
from functools import reduce
import jax
import jax.numpy as jnp
from flax import nnx

low = lambda tree: jax.tree.map(lambda a: jnp.asarray(a, jnp.bfloat16), tree)


def loss(params, xs, ys):
    (w, b), xs, ys = low((params, xs, ys))
    return jnp.mean((xs @ w + b - ys) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (m.kernel[...], m.bias[...])
    pieces = [(x[i:i + 3], y[i:i + 3]) for i in range(0, x.shape[0], 3)]

    def add(total, piece):
        xs, ys = piece
        g = jax.grad(lambda p: loss(p, xs, ys).astype(jnp.float32) * loss_scale)(params)
        return jax.tree.map(lambda t, d: t + d * (len(xs) / len(x)), total, g)

    total = reduce(add, pieces, jax.tree.map(jnp.zeros_like, params))
    params = jax.tree.map(lambda p, t: p - lr * (t / loss_scale), params, total)
    return jnp.reshape(loss(params, x, y).astype(jnp.float32), 1)
