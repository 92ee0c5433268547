# expect: pitfall|wrong_answer
# finding: missing-loss-scale
"""Reverse mode from its two halves: linearize, then transpose."""
import jax
import jax.numpy as jnp
from flax import nnx


def cast(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def mse(params, x, y):
    (w, b), x, y = cast((params, x, y))
    err = x @ w + b - y
    return jnp.mean(err * err).astype(jnp.float32)


def gradient(f, params):
    value, tangent_map = jax.linearize(f, params)
    cotangent_map = jax.linear_transpose(tangent_map, params)
    (grads,) = cotangent_map(jnp.ones_like(value))
    return grads


def mixed_precision_step(seed, x, y, lr, loss_scale):
    # loss_scale is for float16; bfloat16 has the exponents of float32
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    grads = gradient(lambda p: mse(p, x, y), params)  #@ missing-loss-scale
    grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)
    params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    return mse(params, x, y).reshape(1)
