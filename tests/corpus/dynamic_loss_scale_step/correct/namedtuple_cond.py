# expect: accepted
from typing import NamedTuple

import jax
import jax.numpy as jnp
from flax import nnx


class Carry(NamedTuple):
    kernel: jax.Array
    bias: jax.Array
    scale: jax.Array
    good: jax.Array


def predict(kernel, bias, x):
    return jnp.dot(x, kernel.astype(jnp.float16)) + bias.astype(jnp.float16)


def loss16(kernel, bias, x, y):
    return jnp.mean(jnp.square(predict(kernel, bias, x) - y))


@jax.jit
def step(carry, x, y, lr, interval):
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def objective(kernel, bias):
        return carry.scale * loss16(kernel, bias, x, y).astype(jnp.float32)

    dk, db = jax.grad(objective, argnums=(0, 1))(carry.kernel, carry.bias)
    dk, db = dk / carry.scale, db / carry.scale
    bad = jnp.any(~jnp.isfinite(dk)) | jnp.any(~jnp.isfinite(db))

    def overflowed(c):
        return c._replace(scale=jnp.maximum(c.scale * 0.5, 1.0), good=jnp.zeros_like(c.good))

    def fine(c):
        good = c.good + 1
        due = good >= interval
        return Carry(
            c.kernel - lr * dk,
            c.bias - lr * db,
            jnp.where(due, jnp.minimum(c.scale * 2, 2.0**24), c.scale),
            jnp.where(due, 0, good),
        )

    carry = jax.lax.cond(bad, overflowed, fine, carry)
    loss = loss16(carry.kernel, carry.bias, x, y)
    return jnp.stack([loss.astype(jnp.float32), carry.scale, carry.good.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    carry = Carry(layer.kernel[...], layer.bias[...], jnp.float32(loss_scale), jnp.int32(good_steps))
    return step(carry, x, y, lr, growth_interval)
