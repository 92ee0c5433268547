# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

HALF = jnp.float16


def forward_loss(kernel, bias, x, y):
    pred = x.astype(HALF) @ kernel.astype(HALF) + bias.astype(HALF)
    diff = pred - y.astype(HALF)
    return jnp.mean(jnp.square(diff)).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x), jnp.asarray(y)
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = layer.kernel[...], layer.bias[...]

    def scaled(k, b):
        return forward_loss(k, b, x, y) * loss_scale

    gk, gb = jax.grad(scaled, argnums=(0, 1))(kernel, bias)
    gk = gk.astype(jnp.float32) / loss_scale
    gb = gb.astype(jnp.float32) / loss_scale
    print("mean grad (f16)", jnp.mean(jnp.abs(gk.astype(HALF))), "scale (f16)", HALF(loss_scale))

    ok = bool(np.isfinite(np.asarray(gk)).all()) and bool(np.isfinite(np.asarray(gb)).all())
    if ok:
        kernel = kernel - lr * gk
        bias = bias - lr * gb
        good_steps += 1
        if good_steps >= growth_interval:
            good_steps = 0
            loss_scale = min(loss_scale * 2, 2.0 ** 24)
    else:
        good_steps = 0
        loss_scale = max(loss_scale / 2, 1.0)

    loss = forward_loss(kernel, bias, x, y)
    return jnp.array([loss, loss_scale, good_steps], dtype=jnp.float32)
