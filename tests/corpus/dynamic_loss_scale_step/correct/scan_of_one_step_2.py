# expect: accepted
"""A lax.scan over a stack of a single batch, with masters, scale and count in the carry."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graph, masters = nnx.split(
        nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    )
    tx = optax.sgd(lr)

    def loss_of(p, xb, yb):
        out = nnx.call((graph, p))(xb.astype(jnp.float16))[0]
        return jnp.mean((out - yb.astype(jnp.float16)) ** 2)

    def body(carry, batch):
        p, opt, s, n = carry
        g = jax.grad(lambda q: loss_of(q, *batch).astype(jnp.float32) * s)(p)
        g = jax.tree.map(lambda t: t.astype(jnp.float32) / s, g)
        ok = jnp.all(jnp.asarray([jnp.isfinite(t).all() for t in jax.tree.leaves(g)]))
        u, new_opt = tx.update(g, opt, p)
        pick = lambda a, b: jax.tree.map(lambda i, j: jnp.where(ok, i, j), a, b)
        p, opt = pick((optax.apply_updates(p, u), new_opt), (p, opt))
        grow = n + 1 >= growth_interval
        s = jnp.where(ok, jnp.where(grow, jnp.minimum(s + s, 2.0**24), s), jnp.maximum(s / 2, 1.0))
        n = jnp.where(ok & ~grow, n + 1, 0)
        return (p, opt, s, n), ok

    init = (masters, tx.init(masters), jnp.float32(loss_scale), jnp.int32(good_steps))
    (masters, _, s, n), _ = jax.lax.scan(body, init, (x[None], y[None]))
    return jnp.hstack([loss_of(masters, x, y).astype(jnp.float32), s, n.astype(jnp.float32)])
