# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

F16, F32 = jnp.float16, jnp.float32


def mse16(w, b, x, y):
    pred = jnp.dot(x.astype(F16), w.astype(F16)) + b.astype(F16)
    return jnp.mean(jnp.square(pred - y.astype(F16)))


def scaled(w, b, x, y, s):
    return mse16(w, b, x, y).astype(F32) * s


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]

    gw, gb = jax.grad(scaled, argnums=(0, 1))(w, b, x, y, loss_scale)
    gw, gb = gw / loss_scale, gb / loss_scale
    ok = jnp.isfinite(gw).all() & jnp.isfinite(gb).all()

    w = jnp.where(ok, w - lr * gw, w)
    b = jnp.where(ok, b - lr * gb, b)

    n = good_steps + 1
    grown = jnp.minimum(F32(loss_scale) * 2, 2.0 ** 24)
    shrunk = jnp.maximum(F32(loss_scale) / 2, 1.0)
    scale = jnp.where(ok, jnp.where(n >= growth_interval, grown, loss_scale), shrunk)
    count = jnp.where(ok & (n < growth_interval), n, 0)
    return jnp.stack([mse16(w, b, x, y).astype(F32), scale.astype(F32), count.astype(F32)])
