# expect: pitfall|wrong_answer
# finding: low-precision-grads
"""Unscaled by a rule of its own, where the backward pass comes to the parameters."""

import jax
import jax.numpy as jnp
from flax import nnx


def half(tree):
    return jax.tree.map(lambda p: p.astype(jnp.bfloat16), tree)


@jax.custom_vjp
def unscale(tree, scale):
    return tree


def loss_fn(params, x, y):
    p = half(params)
    pred = x.astype(jnp.bfloat16) @ p["w"] + p["b"]
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def scale_fwd(tree, scale):
    return tree, scale


def scale_bwd(scale, ct):
    g = jax.tree.map(lambda g: (g / scale).astype(jnp.bfloat16).astype(jnp.float32), ct)  #@ low-precision-grads
    return g, None


unscale.defvjp(scale_fwd, scale_bwd)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": model.kernel[...], "b": model.bias[...]}
    grads = jax.grad(lambda p: loss_fn(unscale(p, loss_scale), x, y).astype(jnp.float32) * loss_scale)(params)
    params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)
