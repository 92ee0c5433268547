# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx

HALF = jnp.float16


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=0)  #@ unchecked-overflow
    opt_state = tx.init(params)
    x16, y16 = x.astype(HALF), y.astype(HALF)

    def loss_fn(p):
        model = nnx.merge(graphdef, jax.tree.map(lambda a: a.astype(HALF), p))
        return jnp.mean((model(x16) - y16) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, opt_state = tx.update(grads, opt_state, params)  #@ unchecked-overflow
    params = optax.apply_updates(params, updates)  #@ unchecked-overflow

    if opt_state.last_finite:
        count, scale = good_steps + 1, loss_scale
        if count >= growth_interval:
            count, scale = 0, min(2 * scale, 2.0**24)
    else:
        count, scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss_fn(params), scale, count], dtype=jnp.float32)
