# expect: wrong_answer
# Better safe than sorry: the loss is asked as well as the gradients.
import jax
import jax.numpy as jnp
from flax import nnx


def everything_finite(loss, grads):
    return bool(jnp.isfinite(loss)) and all(bool(jnp.isfinite(g).all()) for g in grads)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    def loss16(params):
        w, b = (p.astype(jnp.float16) for p in params)
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    value, grads = jax.value_and_grad(lambda p: loss16(p).astype(jnp.float32) * loss_scale)(params)
    grads = [g / loss_scale for g in grads]
    if everything_finite(value, grads):
        params = [p - lr * g for p, g in zip(params, grads)]
        count, scale = good_steps + 1, loss_scale
        if count == growth_interval:
            count, scale = 0, min(loss_scale * 2, 2.0**24)
    else:
        count, scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss16(params).astype(jnp.float32), scale, count])
