# expect: accepted
"""Adds up the losses and differentiates once. Every part makes a copy of the masters of its own, so that the gradients
are float32 when JAX adds them up."""
import jax
import jax.numpy as jnp
from flax import nnx


def part_loss(masters, xb, yb):
    kernel, bias = (m.astype(jnp.bfloat16) for m in masters)
    err = xb.astype(jnp.bfloat16) @ kernel + bias - yb.astype(jnp.bfloat16)
    return jnp.mean(err * err)


def total_loss(masters, xs, ys):
    total = jnp.float32(0)
    for xb, yb in zip(xs, ys):
        total += part_loss(masters, xb, yb).astype(jnp.float32)
    return total


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (model.kernel[...], model.bias[...])
    xs, ys = jnp.split(x, micro_batches), jnp.split(y, micro_batches)
    sums = jax.grad(total_loss)(masters, xs, ys)
    masters = tuple(m - lr * s / micro_batches for m, s in zip(masters, sums))
    return part_loss(masters, x, y).astype(jnp.float32).reshape(1)
