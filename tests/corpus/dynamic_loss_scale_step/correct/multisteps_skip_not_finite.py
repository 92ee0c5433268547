# expect: accepted
"""optax.MultiSteps over one step with optax.skip_not_finite does the skipping."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"k": lin.kernel[...], "b": lin.bias[...]}
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(p):
        k, b = p["k"].astype(jnp.float16), p["b"].astype(jnp.float16)
        return jnp.mean(jnp.power(x16 @ k + b - y16, 2))

    grads = jax.grad(lambda p: jnp.multiply(mse(p).astype(jnp.float32), loss_scale))(params)
    grads = jax.tree.map(lambda g: jnp.divide(g, loss_scale), grads)
    skip, _ = optax.skip_not_finite(grads, jnp.int32(0), params)

    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=1, should_skip_update_fn=optax.skip_not_finite)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)

    if skip:
        next_scale, next_count = max(0.5 * loss_scale, 1.0), 0
    else:
        growths, next_count = divmod(good_steps + 1, growth_interval)
        next_scale = min(loss_scale * 2**growths, 2.0**24)
    return jnp.array([mse(params), next_scale, next_count], jnp.float32)
