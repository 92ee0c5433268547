# expect: accepted
"""Clipped where they are scaled, within a limit that is scaled as well."""
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    limit = 1e10 * loss_scale

    def loss(params):
        k, b = (p.astype(jnp.bfloat16) for p in params)
        return jnp.mean((x.astype(jnp.bfloat16) @ k + b - y.astype(jnp.bfloat16)) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = [jnp.clip(g, -limit, limit) for g in grads]
    params = [p - lr * (g / loss_scale) for p, g in zip(params, grads)]
    return loss(params).astype(jnp.float32).reshape(1)
