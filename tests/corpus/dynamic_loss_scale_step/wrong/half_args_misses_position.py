# expect: pitfall|wrong_answer
# finding: uncast-inputs
from functools import wraps
import jax
import jax.numpy as jnp
from flax import nnx


def half_args(*positions):
    def deco(fn):
        @wraps(fn)
        def inner(*args):
            cast = lambda t: jax.tree.map(lambda a: jnp.asarray(a).astype(jnp.float16), t)
            return fn(*(cast(a) if i in positions else a for i, a in enumerate(args)))
        return inner
    return deco


@half_args(0, 2)  #@ uncast-inputs
def mse(p, x, y):
    pred = (x @ p[0]).astype(y.dtype) + p[1]  #@ uncast-inputs
    return jnp.mean((pred - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    val, pull = jax.vjp(lambda q: mse(q, x, y).astype(jnp.float32) * loss_scale, p)
    g = jax.tree.map(lambda a: a / jnp.float32(loss_scale), *pull(jnp.ones_like(val)))
    ok = jnp.all(jnp.array([jnp.isfinite(a).all() for a in g]))
    p = jax.lax.cond(ok, lambda q: jax.tree.map(lambda a, d: a - lr * d, q, g), lambda q: q, p)
    at = jnp.where(ok, 1 + (good_steps + 1 == growth_interval), 0)
    s = jnp.array([max(loss_scale / 2, 1.0), loss_scale, min(loss_scale * 2, 2.0**24)], jnp.float32)[at]
    n = jnp.array([0, good_steps + 1, 0], jnp.float32)[at]
    return jnp.stack([mse(p, x, y).astype(jnp.float32), s, n])
