# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": linear.kernel[...], "b": linear.bias[...]}
    tx = optax.apply_if_finite(optax.sgd(learning_rate=lr), max_consecutive_errors=10**6)
    state = tx.init(params)

    def mse(params):
        p = jax.tree.map(lambda a: jnp.asarray(a, jnp.float16), params)
        e = x.astype(jnp.float16) @ p["w"] + p["b"] - y.astype(jnp.float16)
        return jnp.mean(e * e)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    updates, state = tx.update(grads, state, params)
    params = optax.apply_updates(params, updates)

    if bool(state.last_finite):
        count = good_steps + 1
        scale = loss_scale
        if count >= growth_interval:
            count, scale = 0, min(scale * 2.0, 2.0**24)
    else:
        count, scale = 0, max(scale_half := loss_scale / 2.0, 1.0)
    return jnp.array([mse(params).astype(jnp.float32), scale, count], dtype=jnp.float32)
