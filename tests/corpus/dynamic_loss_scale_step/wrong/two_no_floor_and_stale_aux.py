# expect: wrong_answer
# finding: scale-unbounded
# finding: stale-loss
import jax
import jax.numpy as jnp
from flax import nnx


def halve(s):
    return s / 2  #@ scale-unbounded


def double(s):
    return min(s * 2, 2.0**24)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])

    def f(p):
        k, b, u, v = (a.astype(jnp.float16) for a in (*p, x, y))
        return jnp.mean(jnp.square(u @ k + b - v)).astype(jnp.float32)

    loss, pull = jax.vjp(f, p)  #@ stale-loss
    (g,) = pull(jnp.float32(loss_scale))
    ok = all(jnp.isfinite(a).all() for a in g)
    if ok:
        p = tuple(a - lr * (d / loss_scale) for a, d in zip(p, g))
    n = good_steps + 1 if ok else 0
    s = loss_scale if ok else halve(loss_scale)  #@ scale-unbounded
    if n == growth_interval:
        s, n = double(s), 0
    return jnp.array([loss, s, n], dtype=jnp.float32)  #@ stale-loss
