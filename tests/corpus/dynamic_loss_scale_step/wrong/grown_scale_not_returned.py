# expect: wrong_answer
# finding: scale-not-grown
import jax
import jax.numpy as jnp
from flax import nnx

GROWTH, BACKOFF = 2.0, 0.5


def grow(scale):
    scale *= GROWTH  #@ scale-not-grown
    scale = min(scale, 2.0**24)  #@ scale-not-grown


def shrink(scale):
    return max(scale * BACKOFF, 1.0)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [m.kernel[...], m.bias[...]]

    def loss(params):
        w, b = [p.astype(jnp.float16) for p in params]
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = [g / loss_scale for g in grads]
    if all(jnp.isfinite(g).all() for g in grads):
        params = [p - lr * g for p, g in zip(params, grads)]
        good_steps += 1
        if good_steps >= growth_interval:
            grow(loss_scale)  #@ scale-not-grown
            good_steps = 0
    else:
        loss_scale = shrink(loss_scale)
        good_steps = 0
    return jnp.array([loss(params).astype(jnp.float32), loss_scale, good_steps])  #@ scale-not-grown
