# expect: wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_optimizer(lr):
    # no errors are tolerated
    return optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=0)  #@ unchecked-overflow


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)

    def loss16(params):
        m = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), params))
        return jnp.mean((m(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss16(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)

    tx = make_optimizer(lr)
    updates, opt_state = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)  #@ unchecked-overflow

    if opt_state.last_finite:
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            count, scale = 0, min(scale * 2, 2.0**24)
    else:
        count, scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss16(params).astype(jnp.float32), scale, count])
