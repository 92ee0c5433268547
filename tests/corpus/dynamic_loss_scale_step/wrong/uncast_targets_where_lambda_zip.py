# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    inputs = x.astype(jnp.float16)  #@ uncast-targets

    def loss(params):
        k, b = params
        pred = inputs @ k.astype(jnp.float16) + b.astype(jnp.float16)
        return jnp.mean((pred - y) ** 2)  #@ uncast-targets

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = tuple(g / loss_scale for g in grads)
    finite = jnp.logical_and(*(jnp.isfinite(g).all() for g in grads))
    params = tuple(jnp.where(finite, p - lr * g, p) for p, g in zip(params, grads))

    if finite:
        count, scale = good_steps + 1, loss_scale
        if count == growth_interval:
            count, scale = 0, min(2 * loss_scale, 2.0**24)
    else:
        count, scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss(params), scale, count], dtype=jnp.float32)
