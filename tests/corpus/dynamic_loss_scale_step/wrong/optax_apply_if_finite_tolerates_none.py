# expect: wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.float16), t)

    def loss16(p):
        p, xx, yy = half((p, x, y))
        return jnp.mean(optax.squared_error(xx @ p["kernel"] + p["bias"], yy))

    # no error is acceptable, so zero of them
    tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=0)  #@ unchecked-overflow
    opt_state = tx.init(params)
    grads = jax.grad(lambda p: loss16(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, opt_state = tx.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)

    if bool(opt_state.last_finite):
        count = good_steps + 1
        scale = loss_scale
        if count >= growth_interval:
            scale, count = min(2 * loss_scale, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss16(params), scale, count], dtype=jnp.float32)
