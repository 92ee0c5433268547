# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = optax.tree.cast((jnp.asarray(x), jnp.asarray(y)), jnp.float16)

    def loss(p):
        p = optax.tree.cast(p, jnp.float16)
        return optax.squared_error(x @ p["kernel"] + p["bias"], y).mean().astype(jnp.float32)

    tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=0)  #@ unchecked-overflow
    state = tx.init(params)
    grads = jax.grad(lambda p: loss(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / jnp.float32(loss_scale), grads)
    updates, state = tx.update(grads, state, params)
    params = optax.apply_updates(params, updates)
    if state.last_finite:
        n = good_steps + 1
        s, n = (min(loss_scale * 2, 2.0**24), 0) if n == growth_interval else (loss_scale, n)
    else:
        s, n = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(params), s, n], jnp.float32)
