# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

F16, F32 = jnp.float16, jnp.float32


def init(seed, d_in, d_out):
    layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
    return {"w": jnp.asarray(layer.kernel[...]), "b": jnp.asarray(layer.bias[...])}


def mse16(params, x, y):
    w, b = params["w"].astype(F16), params["b"].astype(F16)
    err = x.astype(F16) @ w + b - y.astype(F16)
    return jnp.mean(err * err)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    params = init(seed, x.shape[-1], y.shape[-1])
    g = jax.grad(lambda p: mse16(p, x, y).astype(F32) * loss_scale)(params)
    gw = g["w"].astype(F32) / loss_scale
    gb = g["b"].astype(F32) / loss_scale
    ok = jnp.isfinite(gw).all() & jnp.isfinite(gb).all()
    params = {
        "w": jnp.where(ok, params["w"] - lr * gw, params["w"]),
        "b": jnp.where(ok, params["b"] - lr * gb, params["b"]),
    }
    reached = good_steps + 1 == growth_interval
    if ok:
        scale = min(2.0 * loss_scale, 2.0**24) if reached else loss_scale
        count = 0 if reached else good_steps + 1
    else:
        scale, count = max(0.5 * loss_scale, 1.0), 0
    return jnp.array([mse16(params, x, y).astype(F32), scale, count], dtype=F32)
