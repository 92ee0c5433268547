# expect: wrong_answer
# finding: scaled-loss-returned
# finding: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx


def loop(state, batch, lr, interval):
    p, s, n = state
    x, y = (a.astype(jnp.float16) for a in batch)

    def f(p):
        return jnp.mean((x @ p["k"].astype(jnp.float16) + p["b"].astype(jnp.float16) - y) ** 2).astype(jnp.float32) * s

    g = jax.grad(f)(p)
    ok = jnp.isfinite(g["k"]).all() & jnp.isfinite(g["b"]).all()
    p = jax.tree.map(lambda a, d: jnp.where(ok, a - lr * (d / s), a), p, g)
    n = jnp.where(ok, n + 1, 0)  #@ count-not-reset
    t = jnp.where(ok, jnp.where(n >= interval, jnp.minimum(2 * s, 2.0**24), s), jnp.maximum(s / 2, 1.0))  #@ count-not-reset
    return (p, t, n), f(p)  #@ scaled-loss-returned, count-not-reset


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    state = {"k": lin.kernel[...], "b": lin.bias[...]}, jnp.float32(loss_scale), jnp.int32(good_steps)
    (_, s, n), loss = loop(state, (x, y), lr, growth_interval)
    return jnp.stack([loss, s, n.astype(jnp.float32)])  #@ scaled-loss-returned
