# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def cast_all(t, d):
    return jax.tree_util.tree_map(lambda leaf: lax.convert_element_type(leaf, d), t)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gdef, st = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    xs, ys = cast_all((jnp.asarray(x), jnp.asarray(y)), jnp.float16)
    scale = jnp.float32(loss_scale)

    def net_loss(s16):
        # one row at a time, on purpose
        preds = jax.vmap(nnx.merge(gdef, s16))(xs)
        d = ys - preds
        return (d * d).mean()

    raw, back_net = jax.vjp(net_loss, cast_all(st, jnp.float16))
    big, back_scale = jax.vjp(lambda l: l.astype(jnp.float32) * scale, raw)
    (ct,) = back_scale(jnp.ones_like(big))
    (g,) = back_net(ct)
    g = jax.tree.map(lambda t: t / scale, cast_all(g, jnp.float32))
    n_bad = sum(jnp.sum(jnp.logical_not(jnp.isfinite(t))) for t in jax.tree.leaves(g))

    def turn(c):
        p, todo = c
        return jax.tree.map(lambda a, b: a - lr * b, p, g), todo - 1

    st, _ = lax.while_loop(lambda c: c[1] > 0, turn, (st, jnp.where(n_bad == 0, 1, 0)))

    good = lax.select(n_bad == 0, jnp.int32(good_steps + 1), jnp.int32(0))
    grown = good == growth_interval
    scale = lax.select_n(
        jnp.where(n_bad > 0, 0, jnp.where(grown, 2, 1)),
        lax.max(scale * 0.5, jnp.float32(1)),
        scale,
        lax.min(scale * 2, jnp.float32(2**24)),
    )
    good = jnp.where(grown, 0, good)
    return jnp.concatenate([
        net_loss(cast_all(st, jnp.float16)).astype(jnp.float32)[None],
        scale[None],
        good.astype(jnp.float32)[None],
    ])
