# expect: accepted
import math

import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, param_dtype=jnp.float32,
                       rngs=nnx.Rngs(int(seed)))
    mantissa, exponent = math.frexp(loss_scale)
    power = 2.0 ** exponent
    xh, yh = jnp.asarray(x, dtype=jnp.float16), jnp.asarray(y, dtype=jnp.float16)

    def loss_fn(model):
        err = model(xh) - yh
        return jnp.mean(err * err).astype(jnp.float32)

    def scaled_fn(model):
        return (loss_fn(model) * mantissa) * power

    grads = nnx.grad(scaled_fn)(model)
    gw, gb = grads["kernel"][...], grads["bias"][...]
    gw = gw / power / mantissa
    gb = gb / power / mantissa
    everything = jnp.concatenate([gw.ravel(), gb.ravel()])
    if jnp.isfinite(everything).all():
        model.kernel[...] = model.kernel[...] - lr * gw
        model.bias[...] = model.bias[...] - lr * gb
        good_steps = (good_steps + 1) % growth_interval
        if good_steps == 0:
            exponent += 1
    else:
        good_steps = 0
        exponent -= 1
    new_scale = math.ldexp(mantissa, exponent)
    new_scale = max(1.0, min(new_scale, 16777216.0))
    return jnp.array([loss_fn(model), new_scale, good_steps]).astype(jnp.float32)
