# expect: wrong_answer|pitfall
# finding: update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    state = nnx.state(model, nnx.Param)
    tx = optax.sgd(lr)
    opt_state = tx.init(state)
    y_half = y.astype(jnp.float16)

    def mse(model):
        return jnp.mean(jnp.square(model(x) - y_half))

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = all([bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)])

    if finite:
        updates, opt_state = tx.update(grads, opt_state, state)
        state = optax.apply_updates(state, updates)  #@ update-discarded
        good_steps += 1
        if good_steps >= growth_interval:
            good_steps, loss_scale = 0, min(loss_scale * 2, 2.0**24)
    else:
        good_steps, loss_scale = 0, max(loss_scale / 2, 1.0)

    loss = mse(model).astype(jnp.float32)  #@ update-discarded
    return jnp.array([loss, loss_scale, good_steps], dtype=jnp.float32)
