# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

f16 = jnp.float16
f32 = jnp.float32


@jax.custom_vjp
def half_copy(params, scale):
    return jax.tree.map(lambda p: p.astype(f16), params)


def _fwd(params, scale):
    return half_copy(params, scale), scale


def _bwd(scale, cts):
    return jax.tree.map(lambda c: c.astype(f32) / scale, cts), jnp.zeros_like(scale)


half_copy.defvjp(_fwd, _bwd)


def mse16(params16, x16, y16):
    kernel, bias = params16
    residual = x16 @ kernel + bias - y16
    return jnp.mean(residual**2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    rngs = nnx.Rngs(int(seed))
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=rngs)
    params = [layer.kernel[...], layer.bias[...]]
    x16, y16 = jnp.asarray(x, f16), jnp.asarray(y, f16)
    scale = jnp.asarray(loss_scale, f32)

    def objective(p):
        return mse16(half_copy(p, scale), x16, y16).astype(f32) * scale

    grads = jax.grad(objective)(params)  # already true size, float32
    bad = any(not jnp.isfinite(jnp.abs(g).max()) for g in grads)

    for i in range(len(params) * (not bad)):
        params[i] = params[i] - f32(lr) * grads[i]

    if bad:
        new_scale, count = max(loss_scale / 2.0, 1.0), 0
    else:
        times, count = divmod(good_steps + 1, growth_interval)
        new_scale = min(loss_scale * (1 + times), 2.0**24)

    result = jnp.zeros((3,), f32)
    result = result.at[0].set(mse16([p.astype(f16) for p in params], x16, y16).astype(f32))
    result = result.at[1].set(new_scale)
    return result.at[2].set(count)
