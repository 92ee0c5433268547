# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=100)
    opt_state = tx.init(params)
    x = jnp.asarray(x).astype(jnp.float16)
    y = jnp.asarray(y).astype(jnp.float16)

    def compute_loss(p):
        m = nnx.merge(graphdef, jax.tree.map(lambda a: a.astype(jnp.float16), p))
        return jnp.mean(optax.squared_error(m(x), y))

    def scaled_loss(p):
        return compute_loss(p).astype(jnp.float32) * loss_scale

    grads = jax.grad(scaled_loss)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    updates, opt_state = tx.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)

    if bool(opt_state.last_finite):
        new_count = good_steps + 1
        new_scale = loss_scale
        if new_count == growth_interval:
            new_scale = min(2.0 * loss_scale, float(2 ** 24))
            new_count = 0
    else:
        new_scale = max(0.5 * loss_scale, 1.0)
        new_count = 0
    return jnp.asarray([compute_loss(params).astype(jnp.float32), new_scale, new_count], jnp.float32)
