# expect: pitfall
# finding: scale-unbounded
"""The upper bound is 2**16 instead of 2**24, so that 40000 doubled becomes 65536."""
import jax
import jax.numpy as jnp
from flax import nnx

LIMITS = (1.0, 2.0**16)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        w, b = (a.astype(jnp.float16) for a in p)
        return jnp.mean((x16 @ w + b - y16) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = [g / loss_scale for g in grads]
    finite = all(bool(jnp.isfinite(g).all()) for g in grads)
    count = 0
    scale = loss_scale
    if finite:
        params = tuple(p - lr * g for p, g in zip(params, grads))
        count = good_steps + 1
        if count == growth_interval:
            scale, count = min(scale * 2, LIMITS[1]), 0  #@ scale-unbounded
    else:
        scale = max(scale / 2, LIMITS[0])
    return jnp.array([loss(params), scale, count], dtype=jnp.float32)
