# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed))))
    masters = nnx.to_pure_dict(masters)
    f16, f32 = jnp.float16, jnp.float32
    down = lambda t: jax.tree.map(lambda a: jnp.asarray(a, f16), t)
    up = lambda t: jax.tree.map(lambda a: jnp.asarray(a, f32), t)
    xs, ys = down((x, y))

    def loss32(w):
        residual = jnp.matmul(xs, w["kernel"]) + w["bias"] - ys
        return jnp.mean(lax.integer_pow(residual, 2)).astype(f32)

    def amplified(w):
        return loss32(w) * f32(loss_scale)

    _, pullback = jax.vjp(amplified, down(masters))
    (g,) = pullback(f32(1))
    g = jax.tree.map(lambda a: a / f32(loss_scale), up(g))

    def good(p, s, n):
        p = jax.tree.map(lambda a, d: a - f32(lr) * d, p, g)
        full = n + 1 >= growth_interval
        return p, lax.select(full, lax.min(s * 2, f32(2.0**24)), s), lax.select(full, 0 * n, n + 1)

    def bad(p, s, n):
        return p, lax.max(s / 2, f32(1)), 0 * n

    ok = jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda a: jnp.isfinite(a).all(), g))
    p, s, n = lax.cond(ok, good, bad, masters, f32(loss_scale), jnp.int32(good_steps))
    return jnp.stack([loss32(down(p)), s, n.astype(f32)])
