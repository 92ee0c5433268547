# expect: accepted
import functools

import jax
from jax import lax, numpy as jnp
from flax import nnx
import optax

f16, f32 = jnp.float16, jnp.float32


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    xh, yh = jnp.asarray(x, f16), jnp.asarray(y, f16)
    tx = optax.sgd(lr)

    def mse(params):
        w, b = (p.astype(f16) for p in params)
        err = jnp.dot(xh, w) + b - yh
        return jnp.mean(err * err)

    S = jnp.asarray(loss_scale, f32)
    n = jnp.asarray(good_steps, jnp.int32)
    grads = jax.grad(lambda p: lax.mul(mse(p).astype(f32), S))(params)
    finite = functools.reduce(jnp.logical_and, [jnp.all(jnp.isfinite(g)) for g in grads])

    def took_step(carry):
        params, scale, n = carry
        true_grads = tuple(g.astype(f32) / scale for g in grads)
        delta, _ = tx.update(true_grads, tx.init(params), params)
        params = optax.apply_updates(params, delta)
        return lax.cond(
            n + 1 >= growth_interval,
            lambda: (params, jnp.minimum(scale * 2, f32(2**24)), jnp.zeros_like(n)),
            lambda: (params, scale, n + 1),
        )

    def overflowed(carry):
        params, scale, n = carry
        return params, jnp.maximum(scale * 0.5, f32(1)), jnp.zeros_like(n)

    params, S, n = lax.cond(finite, took_step, overflowed, (params, S, n))
    return jnp.stack([mse(params).astype(f32), S, n.astype(f32)])
