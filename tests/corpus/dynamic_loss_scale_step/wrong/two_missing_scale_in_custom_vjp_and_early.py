# expect: wrong_answer
# finding: missing-loss-scale
# finding: scale-grown-early
# allow: doubly-unscaled-grads
import functools

import jax
import jax.numpy as jnp
from flax import nnx


@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
def scale_gradient(v, s):
    return v * s


def _fwd(v, s):
    return v * s, None


def _bwd(s, _, ct):
    return (ct,)  #@ missing-loss-scale


scale_gradient.defvjp(_fwd, _bwd)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [lin.kernel[...], lin.bias[...]]

    def loss(p):
        k, b, u, v = (a.astype(jnp.float16) for a in (*p, x, y))
        return jnp.mean((u @ k + b - v) ** 2).astype(jnp.float32)

    g = jax.grad(lambda q: scale_gradient(loss(q), loss_scale))(p)  #@ missing-loss-scale
    g = [a / loss_scale for a in g]
    ok = all(jnp.isfinite(a).all() for a in g)
    if ok:
        p = [a - lr * d for a, d in zip(p, g)]
        n = good_steps + 1
        grow = n >= growth_interval / 2  #@ scale-grown-early
        s, n = (min(loss_scale * 2, 2.0**24), 0) if grow else (loss_scale, n)
    else:
        s, n = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(p), s, n], dtype=jnp.float32)
