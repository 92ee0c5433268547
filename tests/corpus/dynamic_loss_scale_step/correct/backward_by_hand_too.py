# expect: accepted
import jax.numpy as jnp
from flax import nnx

f16, f32 = jnp.float16, jnp.float32


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    x, y = jnp.asarray(x).astype(f16), jnp.asarray(y).astype(f16)

    def error(w, b):
        return x @ w.astype(f16) + b.astype(f16) - y

    # d(loss * scale) / d loss is the scale, and becomes float16 on its way back
    d_loss = f32(loss_scale).astype(f16)
    e = error(w, b)
    d_mean = (d_loss.astype(f32) / e.size).astype(f16)
    d_e = d_mean * (e * f16(2))
    d_w = (x.T @ d_e).astype(f32) / loss_scale
    d_b = jnp.sum(d_e, axis=0).astype(f32) / loss_scale

    finite = jnp.isfinite(d_w).all() & jnp.isfinite(d_b).all()
    w = jnp.where(finite, w - lr * d_w, w)
    b = jnp.where(finite, b - lr * d_b, b)
    loss = jnp.mean(error(w, b) ** 2)

    good_steps = good_steps + 1 if finite else 0
    if not finite:
        loss_scale = max(loss_scale * 0.5, 1.0)
    elif good_steps == growth_interval:
        good_steps, loss_scale = 0, min(loss_scale + loss_scale, 2.0 ** 24)
    out = jnp.zeros(3, f32)
    out = out.at[0].set(loss.astype(f32))
    out = out.at[1].set(loss_scale)
    return out.at[2].set(good_steps)
