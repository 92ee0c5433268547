# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

half = lambda a: a.astype(jnp.float16)


def loss(model, x, y):
    return jnp.mean((half(x) @ half(model.kernel[...]) + half(model.bias[...]) - half(y)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    grads = nnx.grad(lambda m: loss(m, x, y).astype(jnp.float32) * loss_scale)(model)
    gk = grads["kernel"][...] / loss_scale
    gb = grads["bias"][...] / loss_scale
    overflow = not (jnp.isfinite(gk).all() and jnp.isfinite(gb).all())
    if overflow:
        new_scale = max(1.0, loss_scale * 0.5)
        counter = 0
    elif good_steps + 1 >= growth_interval:
        new_scale = min(2.0**24, loss_scale * 2.0)
        counter = 0
    else:
        new_scale = loss_scale
        counter = good_steps + 1
    if not overflow:
        model.kernel[...] = model.kernel[...] - lr * gk
        model.bias[...] = model.bias[...] - lr * gb
    return jnp.asarray([loss(model, x, y).astype(jnp.float32), new_scale, counter], dtype=jnp.float32)
