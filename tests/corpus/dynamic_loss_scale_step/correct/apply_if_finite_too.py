# expect: accepted
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, masters = nnx.split(
        nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param
    )
    masters = nnx.to_pure_dict(masters)

    # A few errors in a row are tolerated, and there is only one step here.
    tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=5)
    opt_state = tx.init(masters)

    half = functools.partial(optax.tree.cast, dtype=jnp.float16)
    x, y = half((jnp.asarray(x), jnp.asarray(y)))

    def loss(params16):
        # optax.l2_loss would have a factor of 1/2
        model = nnx.merge(graphdef, nnx.State(params16))
        return optax.squared_error(model(x), y).mean()

    scaled_grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(half(masters))
    grads = optax.tree.cast(scaled_grads, jnp.float32)
    grads = jax.tree.map(lambda g: g / jnp.float32(loss_scale), grads)

    updates, opt_state = tx.update(grads, opt_state, masters)
    masters = optax.apply_updates(masters, updates)

    ok = opt_state.last_finite
    count = good_steps + 1
    grown = count >= growth_interval
    scale = jnp.float32(loss_scale)
    scale = jnp.where(
        ok,
        jnp.where(grown, jnp.minimum(scale * 2, 2.0**24), scale),
        jnp.maximum(scale / 2, 1.0),
    )
    count = jnp.where(ok & (not grown), count, 0)
    return jnp.stack(
        [loss(half(masters)).astype(jnp.float32), scale, count.astype(jnp.float32)]
    )
