# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return jnp.mean(jnp.square(x.astype(jnp.bfloat16) @ half["kernel"] + half["bias"] - y.astype(jnp.bfloat16)))


def worker(params, x, y, lr):
    # as on many devices: everybody has the same parameters and an own part
    g = jax.grad(loss)(params, x, y)
    g = jax.lax.pmean(g, axis_name="parts")
    return jax.tree.map(lambda p, d: p - lr * d, params, g)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    xs = x.reshape(micro_batches, x.shape[0] // micro_batches, -1)
    ys = y.reshape(micro_batches, y.shape[0] // micro_batches, -1)
    everybody = jax.vmap(worker, in_axes=(None, 0, 0, None), out_axes=0, axis_name="parts")(params, xs, ys, lr)
    params = jax.tree.map(lambda p: p[0], everybody)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
