# expect: accepted
import jax
import jax.numpy as jnp
from jax.experimental import checkify
from flax import nnx
from flax.nnx import Rngs

H, F = jnp.bfloat16, jnp.float32


def _loss(theta, x, y):
    w, b = (t.astype(H) for t in theta)
    pred = jax.lax.dot(x.astype(H), w) + b
    r = pred - y.astype(H)
    return (r * r).mean()


def _step(theta, x, y, lr, s):
    value, pushforward = jax.linearize(lambda t: s * _loss(t, x, y).astype(F), theta)
    checkify.check(jnp.isfinite(value), "overflow at loss scale {s}", s=jnp.asarray(s, F))
    pullback = jax.linear_transpose(pushforward, theta)
    (ct,) = pullback(jnp.ones((), F))
    inv = 1.0 / s
    theta = tuple(t - lr * (c.astype(F) * inv) for t, c in zip(theta, ct))
    out = _loss(theta, x, y)
    checkify.check(out >= 0, "a mean of squares is negative")
    return out.astype(F).reshape(-1)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=Rngs(int(seed)))
    checked = checkify.checkify(jax.jit(_step), errors=checkify.user_checks)
    err, out = checked((lin.kernel[...], lin.bias[...]), x, y, lr, loss_scale)
    return out
