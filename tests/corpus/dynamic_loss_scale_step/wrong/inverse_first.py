# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
import optax
from flax import nnx

f16, f32 = jnp.float16, jnp.float32


def tree_cast(t, d):
    return jax.tree.map(lambda a: a.astype(d), t)


def tree_times(t, s):
    return jax.tree.map(lambda a: a * s, t)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gd, master = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    opt = optax.sgd(lr)
    xs, ys = tree_cast((x, y), f16)

    def loss(p):
        return jnp.mean((nnx.merge(gd, p)(xs) - ys) ** 2)

    g = jax.grad(lambda p: loss(p).astype(f32) * loss_scale)(tree_cast(master, f16))
    ok = all(jnp.isfinite(a).all() for a in jax.tree.leaves(g))
    if ok:
        g = tree_cast(tree_times(g, 1 / loss_scale), f32)  #@ low-precision-unscale
        upd, _ = opt.update(g, opt.init(master), master)
        master = optax.apply_updates(master, upd)
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(tree_cast(master, f16)), loss_scale, good_steps], f32)
