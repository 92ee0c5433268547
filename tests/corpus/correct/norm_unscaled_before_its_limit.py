# expect: accepted
"""One pass over the gradients: the norm is divided by the scale, and so is the factor."""
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    w, b, x, y = (a.astype(jnp.bfloat16) for a in (*params, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    grads = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(params)
    norm = jnp.sqrt(sum(jnp.vdot(g, g) for g in grads)) / loss_scale
    factor = jnp.minimum(1.0, 1e12 / (norm + 1e-6)) / loss_scale
    params = [p - lr * (g * factor) for p, g in zip(params, grads)]
    return mse(params, x, y).astype(jnp.float32).reshape(1)
