"""The scale goes in at the other end: as the cotangent of the loss.

What `grad` of a scaled loss does, `vjp` does with `loss_scale` in place of 1.
"""

import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss_fn(params):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        loss = jnp.mean((nnx.merge(graphdef, half)(x16) - y16) ** 2)
        return loss.astype(jnp.float32)

    _, pullback = jax.vjp(loss_fn, params)
    (grads,) = pullback(jnp.float32(loss_scale))
    params = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), params, grads)
    return loss_fn(params).reshape(1)
