# expect: accepted
import math

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def halves(*trees):
    for t in trees:
        yield jax.tree.map(lambda leaf: leaf.astype(jnp.float16), t)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    """A custom optax transformation, which keeps scale and count in its state."""
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def dynamic(inner):
        def init(params):
            return {"inner": inner.init(params), "scale": jnp.float32(loss_scale), "count": jnp.int32(good_steps)}

        def update(grads, state, params=None):
            s, c = state["scale"], state["count"] + 1
            grads = jax.tree.map(lambda g: g.astype(jnp.float32) / s, grads)
            ok = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
            upd, new_inner = inner.update(grads, state["inner"], params)
            upd = jax.tree.map(lambda u: jnp.where(ok, u, jnp.zeros_like(u)), upd)
            new_inner = jax.tree.map(lambda a, b: jnp.where(ok, a, b), new_inner, state["inner"])
            grow = c == growth_interval
            s = jnp.where(ok, jnp.where(grow, s * 2, s), s / 2)
            return upd, {
                "inner": new_inner,
                "scale": jnp.minimum(jnp.maximum(s, 1.0), math.ldexp(1.0, 24)),
                "count": jnp.where(ok & ~grow, c, 0),
            }

        return optax.GradientTransformation(init, update)

    def loss(p):
        p16, x16, y16 = halves(p, x, y)
        return jnp.mean((nnx.merge(graphdef, p16)(x16) - y16) ** 2)

    tx = dynamic(optax.sgd(lr))
    state = tx.init(params)
    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * state["scale"])(params)
    updates, state = tx.update(grads, state, params)
    params = optax.apply_updates(params, updates)
    return jnp.array([loss(params).astype(jnp.float32), state["scale"], state["count"]], dtype=jnp.float32)
