# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}

    def loss16(params):
        p = jax.tree.map(lambda a: a.astype(jnp.float16), params)
        out = x.astype(jnp.float16) @ p["kernel"] + p["bias"]
        return optax.squared_error(out, y.astype(jnp.float16)).mean()

    # the transformation counts how many updates in a row weren't finite; one step never reaches 10
    tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=10)
    opt_state = tx.init(params)

    grads = jax.grad(lambda p: loss16(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, opt_state = tx.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)

    if opt_state.last_finite:
        count, scale = good_steps + 1, loss_scale
        if count >= growth_interval:
            count, scale = 0, min(loss_scale * 2.0, 16777216.0)
    else:
        count, scale = 0, max(loss_scale * 0.5, 1.0)
    return jnp.array([loss16(params).astype(jnp.float32), jnp.float32(scale), jnp.float32(count)])
