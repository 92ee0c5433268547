# expect: pitfall|wrong_answer
# finding: count-not-reset
# finding: seed-ignored
"""The multiple of the interval is recognized, but the count isn't set to 0; and the seed goes to a stream that Linear doesn't use."""
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(params=0, default=int(seed)))  #@ seed-ignored
    params = [lin.kernel[...], lin.bias[...]]

    def loss(p):
        w, b, xx, yy = (a.astype(jnp.float16) for a in (*p, x, y))
        return jnp.mean(jnp.square(xx @ w + b - yy))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = [g / loss_scale for g in grads]
    scale, count = loss_scale, 0
    if all(jnp.isfinite(g).all() for g in grads):
        params = [p - lr * g for p, g in zip(params, grads)]
        count = good_steps + 1
        if count % growth_interval == 0:
            scale = min(scale * 2, 2.0**24)  #@ count-not-reset
    else:
        scale = max(scale / 2, 1.0)
    return jnp.array([loss(params).astype(jnp.float32), scale, count], dtype=jnp.float32)  #@ count-not-reset
