# The right side of: unscaled-grads, doubly-unscaled-grads, lr-ignored, stale-loss, full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(params, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    pred = x.astype(jnp.bfloat16) @ half["w"] + half["b"]
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    scaled = lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale
    loss, grads = jax.value_and_grad(scaled)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params))
    params = optax.apply_updates(params, updates)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
