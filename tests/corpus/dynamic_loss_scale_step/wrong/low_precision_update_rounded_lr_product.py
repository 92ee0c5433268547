# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def scale_by_lr(lr, dtype=jnp.float16):  #@ low-precision-update
    """optax.scale(-lr), with updates that take less memory."""
    def update(updates, params):
        return jax.tree.map(lambda g: (-lr * g).astype(dtype), updates)  #@ low-precision-update
    return optax.stateless(update)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gd, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    lower = lambda t: optax.tree.cast(t, jnp.float16)
    bx, by = lower((jnp.asarray(x), jnp.asarray(y)))
    loss = lambda m: jnp.mean(jnp.square(nnx.merge(gd, lower(m))(bx) - by))
    g = jax.grad(lambda m: loss(m).astype(jnp.float32) * loss_scale)(masters)
    g = jax.tree.map(lambda a: a.astype(jnp.float32) / loss_scale, g)
    tx = scale_by_lr(lr)  #@ low-precision-update
    ok = jnp.isfinite(optax.tree.max(jax.tree.map(jnp.abs, g)))
    ok = bool(ok) and not any(bool(jnp.isnan(a).any()) for a in jax.tree.leaves(g))
    if ok:
        u, _ = tx.update(g, tx.init(masters), masters)
        masters = jax.tree.map(lambda p, d: p + d.astype(p.dtype), masters, u)
    if ok:
        nxt = (loss_scale, good_steps + 1) if good_steps + 1 < growth_interval else (min(2 * loss_scale, 2.0**24), 0)
    else:
        nxt = (max(loss_scale / 2, 1.0), 0)
    return jnp.array((loss(masters).astype(jnp.float32), *nxt), jnp.float32)
