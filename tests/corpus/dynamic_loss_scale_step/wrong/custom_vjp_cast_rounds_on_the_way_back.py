# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-unscale
# allow: low-precision-unscale
# allow: low-precision-grads
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


@partial(jax.custom_vjp, nondiff_argnums=(1,))
def to_compute(p, scale):
    """float16 copy; its gradient comes back unscaled"""
    return p.astype(jnp.float16)


def _fwd(p, scale):
    return to_compute(p, scale), None


def _bwd(scale, _, ct):
    unscaled = ct.astype(jnp.float32) / scale
    return (unscaled.astype(ct.dtype).astype(jnp.float32),)  #@ low-precision-grads


to_compute.defvjp(_fwd, _bwd)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(params):
        k, b = (to_compute(p, loss_scale) for p in params)
        return jnp.mean((xh @ k + b - yh) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    finite = jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all()
    params = tuple(jnp.where(finite, p - lr * g, p) for p, g in zip(params, grads))
    n = good_steps + 1
    if not finite:
        s, n = max(loss_scale / 2, 1.0), 0
    elif n == growth_interval:
        s, n = min(loss_scale * 2, 2.0**24), 0
    else:
        s = loss_scale
    return jnp.array([mse(params).astype(jnp.float32), s, n], jnp.float32)
