# expect: wrong_answer
# finding: clipped-scaled-grads
# allow: unchecked-overflow
# allow: partial-finite-check
# allow: scale-not-reduced
import jax
import jax.numpy as jnp
from flax import nnx

F16_MAX = float(jnp.finfo(jnp.float16).max)


def clamp(g):
    return jnp.clip(g, -F16_MAX, F16_MAX)  #@ clipped-scaled-grads


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (m.kernel[...], m.bias[...])

    def mse16(params):
        w, b = (p.astype(jnp.float16) for p in params)
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: mse16(p).astype(jnp.float32) * loss_scale)(params)
    grads = [clamp(g) / loss_scale for g in grads]  #@ clipped-scaled-grads
    if all(jnp.isfinite(g).all() for g in grads):
        params = [p - lr * g for p, g in zip(params, grads)]
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([mse16(params).astype(jnp.float32), loss_scale, good_steps])
