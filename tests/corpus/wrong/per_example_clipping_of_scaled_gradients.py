# expect: wrong_answer
# finding: clipped-scaled-grads
"""Differentially private style: each example's gradient has at most norm 1."""
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    k, b = params[0].astype(jnp.bfloat16), params[1].astype(jnp.bfloat16)
    return jnp.mean((x.astype(jnp.bfloat16) @ k + b - y.astype(jnp.bfloat16)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])

    def one(params, xi, yi):
        return mse(params, xi[None], yi[None]).astype(jnp.float32) * loss_scale

    grads = jax.vmap(jax.grad(one), in_axes=(None, 0, 0))(params, x, y)
    norms = jax.vmap(lambda g: jnp.sqrt(jnp.sum(g[0] ** 2) + jnp.sum(g[1] ** 2)))(grads)  #@ clipped-scaled-grads
    factor = 1.0 / jnp.maximum(1.0, norms)  #@ clipped-scaled-grads
    grads = jax.tree.map(lambda g: jnp.einsum("n,n...->...", factor, g) / len(x), grads)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
