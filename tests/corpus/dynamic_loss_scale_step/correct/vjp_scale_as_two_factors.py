# expect: accepted
import math

import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    mantissa, exponent = math.frexp(float(jnp.float32(loss_scale)))
    power = jnp.float32(2.0 ** exponent)
    mantissa = jnp.float32(mantissa)          # power * mantissa is exactly the scale
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = (lin.kernel[...], lin.bias[...])
    X, Y = (jnp.asarray(a).astype(jnp.float16) for a in (x, y))

    def risk(kernel, bias):
        kernel, bias = kernel.astype(jnp.float16), bias.astype(jnp.float16)
        z = X @ kernel + bias
        return (((z - Y) ** 2).mean()).astype(jnp.float32)

    value, pullback = jax.vjp(risk, *theta)
    # d(power * mantissa * risk) = pullback of their product
    grads = pullback(jnp.ones_like(value) * mantissa * power)
    grads = [g.astype(jnp.float32) / power / mantissa for g in grads]

    def decide(k, b, gk, gb):
        every = jnp.isfinite(jnp.concatenate([gk.ravel(), gb.ravel()])).all()
        return every, jnp.where(every, k - lr * gk, k), jnp.where(every, b - lr * gb, b)

    every, k, b = decide(*theta, *grads)
    count = jnp.where(every, good_steps + 1, 0)
    full = every & (count == growth_interval)
    exponent_change = jnp.where(full, 1.0, jnp.where(every, 0.0, -1.0))
    scale = jnp.clip(jnp.float32(loss_scale) * jnp.exp2(exponent_change), 1.0, 2.0 ** 24)
    return jnp.stack([risk(k, b), scale, jnp.where(full, 0, count).astype(jnp.float32)])
