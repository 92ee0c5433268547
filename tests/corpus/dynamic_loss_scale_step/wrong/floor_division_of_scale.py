# expect: wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
from flax import nnx

BOUNDS = (1.0, 2.0**24)


def next_scale_and_count(scale, good, interval, finite):
    lo, hi = BOUNDS
    if finite and good + 1 >= interval:
        return min(scale * 2, hi), 0
    if finite:
        return scale, good + 1
    return max(scale // 2, lo), 0  #@ scale-not-reduced


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])

    def loss16(params):
        w, b = params
        out = x.astype(jnp.float16) @ w.astype(jnp.float16) + b.astype(jnp.float16)
        return jnp.mean((out - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss16(p).astype(jnp.float32) * loss_scale)(params)
    grads = tuple(g / loss_scale for g in grads)
    finite = bool(jnp.isfinite(grads[0]).all() and jnp.isfinite(grads[1]).all())
    if finite:
        params = tuple(p - lr * g for p, g in zip(params, grads))
    scale, count = next_scale_and_count(loss_scale, good_steps, growth_interval, finite)
    return jnp.array([loss16(params).astype(jnp.float32), scale, count])
