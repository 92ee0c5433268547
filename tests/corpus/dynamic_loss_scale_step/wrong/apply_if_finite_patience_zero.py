# expect: pitfall|wrong_answer
# finding: unchecked-overflow
"""apply_if_finite with a patience of 0 gives up at the first error and lets the infinities through."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    f16, f32 = jnp.float16, jnp.float32
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=0)  #@ unchecked-overflow
    opt_state = tx.init(params)

    def mse(p):
        h = jax.tree.map(lambda a: a.astype(f16), p)
        return jnp.mean((x.astype(f16) @ h["w"] + h["b"] - y.astype(f16)) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(f32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, opt_state = tx.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)

    if opt_state.last_finite:
        count = good_steps + 1
        if count == growth_interval:
            loss_scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(params).astype(f32), loss_scale, count], dtype=f32)
