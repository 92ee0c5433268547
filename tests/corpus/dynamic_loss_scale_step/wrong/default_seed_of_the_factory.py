# expect: wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def factory(d_in, d_out, seed=0):
    return nnx.Linear(d_in, d_out, dtype=jnp.float16, rngs=nnx.Rngs(seed))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gd, p = nnx.split(factory(x.shape[1], y.shape[1]))  #@ seed-ignored
    loss = lambda p: jnp.mean((nnx.merge(gd, p)(x) - y.astype(jnp.float16)) ** 2).astype(jnp.float32)
    g = jax.grad(lambda p: loss(p) * loss_scale)(p)
    ok = all(bool(jnp.isfinite(a).all()) for a in jax.tree.leaves(g))
    if ok:
        p = jax.tree.map(lambda a, d: a - lr * (d / loss_scale), p, g)
    n = good_steps + 1
    s, n = ((loss_scale, n) if n < growth_interval else (min(loss_scale * 2, 2.0**24), 0)) if ok else (max(loss_scale / 2, 1.0), 0)
    return jnp.array([loss(p), s, n], jnp.float32)
