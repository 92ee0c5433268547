# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def accumulated_step(seed, x, y, lr, micro_batches):
    # One long float32 vector instead of a tree.
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    vec, unravel = ravel_pytree({"k": layer.kernel[...], "b": layer.bias[...]})

    def loss(v, xb, yb):
        tree = unravel(v)
        k = tree["k"].astype(jnp.bfloat16)
        b = tree["b"].astype(jnp.bfloat16)
        z = xb.astype(jnp.bfloat16) @ k + b
        return jnp.mean((z - yb.astype(jnp.bfloat16)) ** 2)

    grad = jax.jit(jax.grad(loss))
    acc = jnp.zeros_like(vec)
    rows = x.shape[0] // micro_batches
    i = 0
    while i < x.shape[0]:
        acc += grad(vec, x[i:i + rows], y[i:i + rows])
        i += rows
    vec -= lr * acc / micro_batches
    return jnp.atleast_1d(loss(vec, x, y).astype(jnp.float32))
