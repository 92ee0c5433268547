"""The update written out, one parameter after the other, in place on the model.

`model.kernel[...] = …` stores float32 numbers in float32 masters: nothing is rounded.
"""

import jax
import jax.numpy as jnp
from flax import nnx


def forward(kernel, bias, x):
    return jnp.dot(x, kernel) + bias


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)

    def loss_in_bfloat16(kernel, bias):
        pred = forward(kernel.astype(jnp.bfloat16), bias.astype(jnp.bfloat16), x)
        return jnp.mean((pred - y) ** 2)

    def scaled_loss(kernel, bias):
        return loss_in_bfloat16(kernel, bias).astype(jnp.float32) * loss_scale

    d_kernel, d_bias = jax.grad(scaled_loss, argnums=(0, 1))(model.kernel[...], model.bias[...])
    model.kernel[...] = model.kernel[...] - lr * d_kernel / loss_scale
    model.bias[...] = model.bias[...] - lr * d_bias / loss_scale
    return loss_in_bfloat16(model.kernel[...], model.bias[...]).astype(jnp.float32).reshape(1)
