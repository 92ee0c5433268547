# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

MAX_SCALE = float(2**24)
MIN_SCALE = 1.0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def mse(p):
        p = jax.tree.map(lambda a: jnp.asarray(a, jnp.float16), p)
        return optax.squared_error(x @ p["w"] + p["b"], y).mean()

    # a limit that one step cannot reach: a bad step is always rejected
    tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=1_000)
    state = tx.init(params)

    scaled_grads = jax.grad(lambda p: loss_scale * mse(p).astype(jnp.float32))(params)
    grads = jax.tree.map(lambda g: g / loss_scale, scaled_grads)
    updates, state = tx.update(grads, state, params)
    params = optax.apply_updates(params, updates)

    good = state.last_finite
    n = good_steps + 1
    if n == growth_interval:
        when_good = (min(loss_scale * 2, MAX_SCALE), 0)
    else:
        when_good = (loss_scale, n)
    when_bad = (max(loss_scale * 0.5, MIN_SCALE), 0)
    new_scale = jnp.where(good, when_good[0], when_bad[0])
    new_count = jnp.where(good, when_good[1], when_bad[1])
    return jnp.stack([mse(params), new_scale, new_count], dtype=jnp.float32)
