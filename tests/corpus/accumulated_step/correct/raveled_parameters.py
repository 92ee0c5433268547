# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta, unravel = ravel_pytree({"w": layer.kernel[...], "b": layer.bias[...]})

    def loss(theta, x, y):
        p = jax.tree.map(lambda v: v.astype(jnp.bfloat16), unravel(theta))
        return jnp.mean((x.astype(jnp.bfloat16) @ p["w"] + p["b"] - y.astype(jnp.bfloat16)) ** 2)

    g = jnp.zeros_like(theta)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g += jax.grad(loss)(theta, xb, yb)
    theta = theta - lr * (g / micro_batches)
    return loss(theta, x, y).astype(jnp.float32).reshape(1)
