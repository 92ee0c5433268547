# expect: wrong_answer|pitfall
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast_updates(dtype):
    return optax.stateless(lambda updates, params: jax.tree.map(lambda u: u.astype(dtype), updates))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))
    tx = optax.chain(
        cast_updates(jnp.float32),
        optax.scale(1.0 / loss_scale),
        optax.sgd(lr),
        cast_updates(jnp.float16),  #@ low-precision-update
    )
    opt_state = tx.init(params)
    yh = y.astype(jnp.float16)

    def loss_fn(params):
        return optax.squared_error(nnx.merge(graphdef, params)(x), yh).mean()

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    finite = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    updates, opt_state = tx.update(grads, opt_state, params)  #@ low-precision-update
    proposal = optax.apply_updates(params, updates)
    params = jax.tree.map(lambda new, old: jnp.where(finite, new, old), proposal, params)

    grow = good_steps + 1 >= growth_interval
    up = jnp.float32(min(loss_scale * 2, 2.0**24) if grow else loss_scale)
    down = jnp.float32(max(loss_scale / 2, 1.0))
    scale = jnp.where(finite, up, down)
    count = jnp.where(finite, 0 if grow else good_steps + 1, 0).astype(jnp.float32)
    return jnp.stack([loss_fn(params).astype(jnp.float32), scale, count])
