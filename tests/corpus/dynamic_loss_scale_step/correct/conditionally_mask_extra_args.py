# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_tx(lr):
    unscale = optax.GradientTransformationExtraArgs(
        lambda p: optax.EmptyState(),
        lambda u, s, p=None, *, scale, **kw: (jax.tree.map(lambda g: jnp.asarray(g, jnp.float32) / scale, u), s),
    )
    return optax.conditionally_mask(
        optax.chain(unscale, optax.scale_by_learning_rate(lr)),
        lambda step, *, finite, **kw: finite,
        forward_extra_args=True,
    )


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.state(lin, nnx.Param)
    xy = optax.tree.cast((jnp.asarray(x), jnp.asarray(y)), jnp.float16)

    def loss(p):
        p = optax.tree.cast(p, jnp.float16)
        return optax.squared_error(xy[0] @ p["kernel"][...] + p["bias"][...], xy[1]).mean()

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    finite = jnp.isfinite(jnp.stack([jnp.max(jnp.abs(g)) for g in jax.tree.leaves(grads)])).all()
    tx = make_tx(lr)
    upd, _ = tx.update(grads, tx.init(params), params, scale=loss_scale, finite=finite)
    params = optax.apply_updates(params, upd)
    n = good_steps + 1
    s = loss_scale
    table = jnp.array([[max(s / 2, 1.0), 0], [max(s / 2, 1.0), 0], [s, n], [min(s * 2, 2.0**24), 0]], jnp.float32)
    row = table[2 * finite.astype(int) + (n == growth_interval)]
    return jnp.concatenate([loss(params).astype(jnp.float32)[None], row])
