# expect: wrong_answer
# finding: scale-not-grown
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gd, w = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    c16 = lambda t: jax.tree.map(lambda a: jnp.asarray(a).astype(jnp.float16), t)
    xb, yb = c16((x, y))
    loss = lambda p: ((nnx.merge(gd, p)(xb) - yb) ** 2).mean()

    @jax.jit
    def go(w, s, n):
        g = jax.grad(lambda p: loss(p).astype(jnp.float32) * s)(c16(w))
        g = jax.tree.map(lambda a: a.astype(jnp.float32) / s, g)
        ok = jnp.array([jnp.isfinite(a).all() for a in jax.tree.leaves(g)]).all()
        w = jax.tree.map(lambda p, a: jnp.where(ok, p - lr * a, p), w, g)
        n = n + 1
        grow = ok & n >= growth_interval  #@ scale-not-grown
        s = jnp.where(ok, jnp.where(grow, jnp.minimum(2 * s, 2.0**24), s), jnp.maximum(s / 2, 1.0))
        n = jnp.where(grow | ~ok, 0, n)
        return jnp.stack([loss(c16(w)).astype(jnp.float32), s, n.astype(jnp.float32)])

    return go(w, jnp.float32(loss_scale), jnp.int32(good_steps))
