# expect: pitfall|wrong_answer
# finding: stale-loss|update-discarded
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x16, y16 = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def loss(p):
        h = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        return jnp.mean(jnp.square(x16 @ h[0] + h[1] - y16)).astype(jnp.float32)

    def step(c, t):
        p, s, n = c
        (_, l), g = jax.value_and_grad(lambda q: (lambda v: (v * s, v))(loss(q)), has_aux=True)(p)
        ok = jnp.logical_and(*(jnp.isfinite(a).all() for a in g))
        p = lax.cond(ok, lambda: tuple(a - lr * (d / s) for a, d in zip(p, g)), lambda: p)
        n = (n + 1) * ok
        s = jnp.where(ok, s, jnp.maximum(s / 2, 1.0))
        s = jnp.where(n == t, jnp.minimum(s * 2, 2.0**24), s)
        return (p, s, n % t), l  #@ stale-loss, update-discarded

    init = (lin.kernel[...], lin.bias[...]), jnp.float32(loss_scale), jnp.int32(good_steps)
    (_, s, n), losses = lax.scan(step, init, jnp.array([growth_interval]))
    return jnp.stack([losses[-1], s, n.astype(jnp.float32)])  #@ stale-loss, update-discarded
