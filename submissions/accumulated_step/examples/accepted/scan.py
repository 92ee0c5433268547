"""`jax.lax.scan` over the parts, whose carry is the sum of the gradients."""

import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    half = {name: value.astype(jnp.bfloat16) for name, value in params.items()}
    pred = x.astype(jnp.bfloat16) @ half["kernel"] + half["bias"]
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    parts = x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1])

    def add(total, part):
        grads = jax.grad(mse)(params, *part)
        return jax.tree.map(jnp.add, total, grads), None

    total, _ = jax.lax.scan(add, jax.tree.map(jnp.zeros_like, params), parts)
    params = jax.tree.map(lambda p, t: p - lr * t / micro_batches, params, total)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
