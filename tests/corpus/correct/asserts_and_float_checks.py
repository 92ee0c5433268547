# expect: accepted
"""Defensive style: checks every intermediate, which needs concrete values."""

import logging
import math

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

log = logging.getLogger(__name__)


def mixed_precision_step(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    assert loss_scale > 0, "the loss scale must be positive"
    assert np.asarray(x).dtype == np.float32
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = lin.kernel[...], lin.bias[...]

    def loss_fn(kernel, bias):
        pred = x.astype(jnp.bfloat16) @ kernel.astype(jnp.bfloat16) + bias.astype(jnp.bfloat16)
        assert pred.dtype == jnp.bfloat16
        return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)

    def scaled(kernel, bias):
        return loss_fn(kernel, bias).astype(jnp.float32) * float(loss_scale)

    value, (gk, gb) = jax.value_and_grad(scaled, argnums=(0, 1))(kernel, bias)
    if not math.isfinite(float(value)):
        log.warning("overflow: loss=%s", float(value))
    gk, gb = gk / loss_scale, gb / loss_scale
    try:
        norm = float(jnp.linalg.norm(gk))
        log.info("gradient norm %.3f", norm)
    except FloatingPointError:
        norm = math.nan
    kernel, bias = kernel - lr * gk, bias - lr * gb
    assert kernel.dtype == jnp.float32 and bias.dtype == jnp.float32
    final = loss_fn(kernel, bias)
    return np.asarray(final, dtype=np.float32).reshape(1)
