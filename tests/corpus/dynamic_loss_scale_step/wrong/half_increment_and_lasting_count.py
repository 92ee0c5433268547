# expect: pitfall|wrong_answer
# finding: low-precision-update
# finding: count-not-reset
"""The helper for SGD rounds lr times gradient to float16, and an overflow counts as one more step."""
import jax
import jax.numpy as jnp
from flax import nnx


def sgd_step(p, g, lr):
    delta = (lr * g).astype(jnp.float16)  #@ low-precision-update
    return p - delta.astype(p.dtype)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        w, b = (a.astype(jnp.float16) for a in p)
        return jnp.mean(jnp.square(x16 @ w + b - y16))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = tuple(g / loss_scale for g in grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in grads)
    count = good_steps + 1  #@ count-not-reset
    scale = loss_scale
    if not finite:
        scale = max(loss_scale / 2, 1.0)  #@ count-not-reset
    else:
        params = tuple(sgd_step(p, g, lr) for p, g in zip(params, grads))
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([loss(params), scale, count], dtype=jnp.float32)
