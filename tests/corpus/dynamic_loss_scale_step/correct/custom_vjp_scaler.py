# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.custom_vjp
def scale_up(loss, s):
    return loss.astype(jnp.float32) * s


def _fwd(loss, s):
    return scale_up(loss, s), s


def _bwd(s, ct):
    return (ct * s).astype(jnp.float16), jnp.zeros_like(s)


scale_up.defvjp(_fwd, _bwd)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    s = jnp.asarray(loss_scale, jnp.float32)

    def half_mse(p):
        h = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        out = nnx.merge(graphdef, h)(x.astype(jnp.float16))
        return jnp.mean((out - y.astype(jnp.float16)) ** 2)

    g = jax.grad(lambda p: scale_up(half_mse(p), s))(masters)
    g = jax.tree.map(lambda a: a / s, g)
    fin = jnp.array([jnp.isfinite(a).all() for a in jax.tree.leaves(g)]).all()

    tx = optax.sgd(lr)
    u, _ = tx.update(g, tx.init(masters))
    moved = optax.apply_updates(masters, u)
    masters = jax.tree.map(lambda new, old: jnp.where(fin, new, old), moved, masters)

    full = (good_steps + 1) == growth_interval
    grown = jnp.minimum(2 * s, 2.0**24) if full else s
    s_next = jnp.where(fin, grown, jnp.maximum(s / 2, 1.0))
    c_next = jnp.where(fin, 0 if full else good_steps + 1, 0)
    return jnp.stack([half_mse(masters).astype(jnp.float32), s_next, c_next.astype(jnp.float32)])
