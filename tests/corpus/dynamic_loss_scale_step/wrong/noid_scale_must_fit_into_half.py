# expect: pitfall
# finding: scale-unbounded
import jax
import jax.numpy as jnp
from flax import nnx

BIGGEST = float(jnp.finfo(jnp.float16).max)  # a scale beyond that is infinity in the backward


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(params):
        k, b = (p.astype(jnp.float16) for p in params)
        return jnp.mean(jnp.square(x16 @ k + b - y16))

    grads = [g / loss_scale for g in jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)]
    if all(jnp.isfinite(g).all() for g in grads):
        params = [p - lr * g for p, g in zip(params, grads)]
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24, BIGGEST), 0  #@ scale-unbounded
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(params).astype(jnp.float32), scale, count], jnp.float32)
