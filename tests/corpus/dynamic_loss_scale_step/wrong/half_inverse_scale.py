# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(w16, b16):
        return jnp.mean(jnp.square(x16 @ w16 + b16 - y16)).astype(jnp.float32)

    gw, gb = jax.grad(lambda w, b: mse(w, b) * loss_scale, (0, 1))(w.astype(jnp.float16), b.astype(jnp.float16))
    finite = bool(jnp.isfinite(gw).all() & jnp.isfinite(gb).all())
    inv_scale = jnp.asarray(1.0 / loss_scale, gw.dtype)  #@ low-precision-unscale
    gw = (gw * inv_scale).astype(jnp.float32)  #@ low-precision-unscale
    gb = (gb * inv_scale).astype(jnp.float32)  #@ low-precision-unscale
    if finite:
        w, b = w - lr * gw, b - lr * gb
        count, scale = good_steps + 1, loss_scale
        if count == growth_interval:
            count, scale = 0, min(loss_scale * 2, 2.0 ** 24)
    else:
        count, scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([mse(w.astype(jnp.float16), b.astype(jnp.float16)), scale, count], dtype=jnp.float32)
