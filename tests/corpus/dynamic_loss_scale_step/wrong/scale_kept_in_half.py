# expect: wrong_answer
# finding: low-precision-loss-scale
# allow: scale-not-reduced
# allow: scale-not-grown
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    half = lambda v: jnp.asarray(v, dtype=jnp.float16)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    # everything that takes part in the forward pass in half precision
    x, y, scale = half(x), half(y), half(loss_scale)  #@ low-precision-loss-scale

    def loss16(params):
        w, b = map(half, params)
        return jnp.mean((x @ w + b - y) ** 2)

    grads = jax.grad(lambda p: loss16(p).astype(jnp.float32) * scale)(params)  #@ low-precision-loss-scale
    grads = [g.astype(jnp.float32) / scale.astype(jnp.float32) for g in grads]
    finite = bool(jnp.isfinite(grads[0]).all()) and bool(jnp.isfinite(grads[1]).all())
    if finite:
        params = [p - lr * g for p, g in zip(params, grads)]
        good_steps += 1
        if good_steps >= growth_interval:
            scale = jnp.minimum(scale.astype(jnp.float32) * 2, 2.0**24)
            good_steps = 0
    else:
        scale = jnp.maximum(scale.astype(jnp.float32) / 2, 1.0)
        good_steps = 0
    return jnp.array([loss16(params).astype(jnp.float32), scale.astype(jnp.float32), good_steps])
