# expect: accepted
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from flax import nnx


class Params(NamedTuple):
    weight: jax.Array
    bias: jax.Array


def half(tree):
    return jax.tree_util.tree_map(lambda leaf: leaf.astype(jnp.bfloat16), tree)


def mse(params: Params, x: jax.Array, y: jax.Array) -> jax.Array:
    p = half(params)
    pred = jnp.matmul(half(x), p.weight) + p.bias
    return jnp.mean(jnp.square(pred - half(y)))


@jax.jit
def step(params: Params, x, y, lr, loss_scale) -> Params:
    grads = jax.grad(lambda p: loss_scale * mse(p, x, y).astype(jnp.float32))(params)
    unscaled = jax.tree_util.tree_map(lambda g: g / loss_scale, grads)
    return jax.tree_util.tree_map(lambda p, g: p - lr * g, params, unscaled)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = Params(weight=layer.kernel[...], bias=layer.bias[...])
    params = step(params, x, y, lr, loss_scale)
    return jnp.expand_dims(mse(params, x, y), 0).astype(jnp.float32)
