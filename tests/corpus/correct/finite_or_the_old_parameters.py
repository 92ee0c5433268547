# expect: accepted
"""As with a dynamic scale: where anything overflowed, the step is left out."""
import jax
import jax.numpy as jnp
from flax import nnx


def all_finite(tree):
    return jnp.all(jnp.stack([jnp.isfinite(leaf).all() for leaf in jax.tree.leaves(tree)]))


def mse(params, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return jnp.mean((x.astype(jnp.bfloat16) @ half["w"] + half["b"] - y.astype(jnp.bfloat16)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    grads = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(params)
    good = all_finite(grads)
    grads = jax.tree.map(lambda g: jnp.where(good, g, jnp.zeros_like(g)) / loss_scale, grads)
    stepped = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    params = jax.tree.map(lambda new, old: jax.lax.select(good, new, old), stepped, params)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
