# expect: accepted
"""Folds the bias into the kernel: [x, 1] @ [[W], [b]]."""
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = jnp.vstack([lin.kernel[...], lin.bias[...][None, :]])
    ones = jnp.ones((x.shape[0], 1), jnp.bfloat16)
    phi = jnp.hstack([x.astype(jnp.bfloat16), ones])
    target = y.astype(jnp.bfloat16)

    def loss(theta):
        return jnp.mean((phi @ theta.astype(jnp.bfloat16) - target) ** 2)

    g = jax.grad(lambda t: loss(t).astype(jnp.float32) * loss_scale)(theta)
    theta = theta - lr * (g / loss_scale)
    return loss(theta).astype(jnp.float32).reshape((1,))
