# expect: wrong_answer
# finding: scale-grown-early
# allow: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    last_index = growth_interval - 1  # steps are counted from 0
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, ps = nnx.split(model, nnx.Param)
    tx = optax.sgd(lr)

    def half(t):
        return jax.tree.map(lambda a: a.astype(jnp.float16), t)

    def mse(ps):
        return jnp.mean(jnp.square(nnx.merge(gd, half(ps))(half(x)) - half(y)))

    gs = jax.grad(lambda ps: mse(ps).astype(jnp.float32) * loss_scale)(ps)
    gs = jax.tree.map(lambda g: g / loss_scale, gs)
    fin = jnp.all(jnp.array(jax.tree.leaves(jax.tree.map(lambda g: jnp.isfinite(g).all(), gs))))
    us, _ = tx.update(gs, tx.init(ps), ps)
    ps = jax.tree.map(lambda a, b: jnp.where(fin, a, b), optax.apply_updates(ps, us), ps)

    good = good_steps + 1
    if not fin:
        res = (max(loss_scale / 2, 1.0), 0)
    elif good >= last_index:  #@ scale-grown-early
        res = (min(loss_scale * 2, 2.0**24), 0)
    else:
        res = (loss_scale, good)
    return jnp.array([mse(ps).astype(jnp.float32), *res], dtype=jnp.float32)
