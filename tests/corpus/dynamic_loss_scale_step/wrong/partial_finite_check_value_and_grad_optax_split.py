# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)

    def mse(params):
        p, xx, yy = jax.tree.map(lambda a: a.astype(jnp.float16), (params, x, y))
        return jnp.mean((nnx.merge(graphdef, p)(xx) - yy) ** 2)

    def scaled_mse(params):
        return mse(params).astype(jnp.float32) * loss_scale

    value, grads = jax.value_and_grad(scaled_mse)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    if jnp.isfinite(value):  #@ partial-finite-check
        updates, _ = tx.update(grads, tx.init(params), params)
        params = optax.apply_updates(params, updates)
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale = min(2 * loss_scale, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([mse(params), loss_scale, good_steps], dtype=jnp.float32)
