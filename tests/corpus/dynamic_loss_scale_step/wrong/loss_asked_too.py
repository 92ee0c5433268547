# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def guarded(fn):
    def run(p, scale):
        (value, loss), g = jax.value_and_grad(fn, has_aux=True)(p, scale)
        g = jax.tree.map(lambda a: a.astype(jnp.float32) / scale, g)
        everything = (value, g)
        ok = jax.tree.reduce(lambda a, t: a & jnp.isfinite(t).all(), everything, jnp.array(True))
        return ok, g

    return run


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gd, st = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.float16), t)
    xs, ys = half((x, y))

    def fn(s16, scale):
        loss = jnp.mean((nnx.merge(gd, s16)(xs) - ys) ** 2)
        return loss.astype(jnp.float32) * scale, loss

    ok, g = guarded(fn)(half(st), jnp.float32(loss_scale))
    pick = lambda a, b: jax.tree.map(lambda u, v: jnp.where(ok, u, v), a, b)
    st = pick(jax.tree.map(lambda p, d: p - lr * d, st, g), st)
    n = good_steps + 1
    good = (min(loss_scale * 2, 2.0**24), 0) if n == growth_interval else (loss_scale, n)
    s, n = pick(good, (max(loss_scale / 2, 1.0), 0))
    return jnp.array([fn(half(st), 1.0)[1], s, n], jnp.float32)
