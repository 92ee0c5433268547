"""The gradients of a bfloat16 copy are bfloat16: each is cast before it is added."""

import jax
import jax.numpy as jnp
from flax import nnx


def cast(tree, dtype):
    return jax.tree.map(lambda leaf: leaf.astype(dtype), tree)


def mse(half, x, y):
    return jnp.mean((x @ half["kernel"] + half["bias"] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    half, x, y = cast((masters, x, y), jnp.bfloat16)
    total = jax.tree.map(jnp.zeros_like, masters)
    for inputs, targets in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.grad(mse)(half, inputs, targets)
        total = jax.tree.map(jnp.add, total, cast(grads, jnp.float32))
    masters = jax.tree.map(lambda p, t: p - lr * t / micro_batches, masters, total)
    return mse(cast(masters, jnp.bfloat16), x, y).astype(jnp.float32).reshape(1)
