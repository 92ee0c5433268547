# expect: wrong_answer
# finding: stale-loss|update-discarded
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    def loss(p, x, y):
        p, x, y = jax.tree.map(lambda a: a.astype(jnp.float16), (p, x, y))
        return jnp.mean(jnp.square(x @ p["k"] + p["b"] - y)).astype(jnp.float32)

    def body(carry, xy):
        p, s, n = carry
        g = jax.grad(lambda p: loss(p, *xy) * s)(p)
        ok = jnp.isfinite(g["k"]).all() & jnp.isfinite(g["b"]).all()
        q = {k: jnp.where(ok, p[k] - lr * (g[k] / s), p[k]) for k in p}  #@ update-discarded
        full = ok & (n + 1 >= growth_interval)
        t = jnp.where(full, jnp.minimum(s * 2, 2.0**24), jnp.where(ok, s, jnp.maximum(s / 2, 1.0)))
        m = jnp.where(ok & ~full, n + 1, 0)
        return (q, t, m), loss(p, *xy)  #@ stale-loss

    start = {"k": lin.kernel[...], "b": lin.bias[...]}, jnp.float32(loss_scale), jnp.int32(good_steps)
    (_, s, n), losses = jax.lax.scan(body, start, (x[None], y[None]))
    return jnp.stack([losses[-1], s, n.astype(jnp.float32)])  #@ stale-loss
