# expect: wrong_answer
# finding: unchecked-overflow
"""SGD wrapped in `optax.apply_if_finite`, the model as graphdef and state."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    params = nnx.to_pure_dict(params)

    tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=0)  #@ unchecked-overflow
    opt_state = tx.init(params)

    x16 = x.astype(jnp.float16)
    y16 = y.astype(jnp.float16)

    def loss_fn(params):
        pred = nnx.merge(graphdef, nnx.State(params))(x16)
        return jnp.mean((pred - y16) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    updates, opt_state = tx.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)

    if bool(opt_state.last_finite):
        count = good_steps + 1
        scale = loss_scale
        if count >= growth_interval:
            scale = min(scale * 2.0, 2.0**24)
            count = 0
    else:
        scale = max(loss_scale / 2.0, 1.0)
        count = 0

    return jnp.array([loss_fn(params), scale, count], dtype=jnp.float32)
