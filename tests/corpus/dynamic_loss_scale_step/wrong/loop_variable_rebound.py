# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [net.kernel[...], net.bias[...]]

    def loss16(params):
        w, b = [p.astype(jnp.float16) for p in params]
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss16(p).astype(jnp.float32) * loss_scale)(params)
    grads = [g / loss_scale for g in grads]
    overflow = any(bool(jnp.any(~jnp.isfinite(g))) for g in grads)

    if not overflow:
        for p, g in zip(params, grads):
            p = p - lr * g  #@ update-discarded, stale-loss

    good_steps = 0 if overflow else good_steps + 1
    if overflow:
        loss_scale = max(loss_scale / 2, 1.0)
    elif good_steps >= growth_interval:
        loss_scale = min(loss_scale * 2, 2.0**24)
        good_steps = 0
    return jnp.array([loss16(params).astype(jnp.float32), loss_scale, good_steps])  #@ update-discarded, stale-loss
