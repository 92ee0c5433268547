# expect: pitfall|wrong_answer
# finding: scale-not-grown
import jax, jax.numpy as jnp
from functools import reduce
from flax import nnx

bounds = lambda hi=2.0**24, lo=1.0: (lambda v: min(hi, max(lo, v)))


def evolve(scale, count, interval, ok):
    # 안전한 범위로 자르기
    clip = bounds(hi=scale)  #@ scale-not-grown
    if not ok:
        return clip(scale / 2), 0
    return (clip(scale * 2), 0) if count + 1 == interval else (scale, count + 1)  #@ scale-not-grown


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    h = lambda *ts: tuple(jnp.asarray(t).astype(jnp.float16) for t in ts)
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = (m.kernel[...], m.bias[...])
    data = h(x, y)

    def loss(theta):
        (w, b), (a, t) = h(*theta), data
        return jnp.mean((a @ w + b - t) ** 2)

    out, pull = jax.vjp(lambda th: loss(th).astype(jnp.float32) * loss_scale, theta)
    (g,) = pull(jnp.float32(1))
    g = tuple(t.astype(jnp.float32) / loss_scale for t in g)
    ok = bool(reduce(jnp.logical_and, [jnp.isfinite(t).all() for t in g]))
    theta = jax.lax.cond(ok, lambda: tuple(p - lr * t for p, t in zip(theta, g)), lambda: theta)
    return jnp.array([loss(theta).astype(jnp.float32), *evolve(loss_scale, good_steps, growth_interval, ok)], jnp.float32)
