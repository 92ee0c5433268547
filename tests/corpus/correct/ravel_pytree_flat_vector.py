# expect: accepted
"""Keeps all parameters in one fp32 vector, as second-order people do."""
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    theta, unravel = ravel_pytree(params)
    x_lo, y_lo = (a.astype(jnp.bfloat16) for a in (x, y))

    def loss(theta):
        params_lo = jax.tree.map(lambda p: p.astype(jnp.bfloat16), unravel(theta))
        residual = nnx.merge(graphdef, params_lo)(x_lo) - y_lo
        return jnp.mean(residual * residual)

    gradient = jax.grad(lambda t: loss(t).astype(jnp.float32) * loss_scale)(theta)
    theta = theta - (lr / loss_scale) * gradient
    return loss(theta).astype(jnp.float32).reshape((1,))
