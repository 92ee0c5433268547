# expect: accepted
from typing import NamedTuple

import jax
from jax import numpy as jnp
from flax import nnx


class Affine(NamedTuple):
    weight: jax.Array
    offset: jax.Array

    def half(self):
        return Affine(*(leaf.astype(jnp.bfloat16) for leaf in self))

    def __call__(self, inputs):
        return inputs @ self.weight + self.offset


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = Affine(layer.kernel.get_value(), layer.bias.get_value())
    batch = (x.astype(jnp.bfloat16), y.astype(jnp.bfloat16))

    def mse(p):
        inputs, targets = batch
        residual = p.half()(inputs) - targets
        return jnp.mean(residual**2).astype(jnp.float32)

    # The scale enters as the seed of the backward pass: d(s * L) = s * dL.
    loss, pullback = jax.vjp(mse, params)
    grads, = pullback(jnp.full_like(loss, loss_scale))
    params = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), params, grads)
    return mse(params).reshape(-1)
