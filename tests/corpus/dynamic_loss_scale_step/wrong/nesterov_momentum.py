# expect: wrong_answer
"""SGD with Nesterov momentum takes 1.9 times the plain step at once."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)
    tx = optax.apply_if_finite(optax.sgd(lr, momentum=0.9, nesterov=True), max_consecutive_errors=100)
    state = tx.init(params)

    def loss(p):
        return jnp.mean(jnp.square(nnx.merge(gd, p)(x) - y))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    u, state = tx.update(grads, state, params)
    params = optax.apply_updates(params, u)
    ok = state.last_finite
    due = good_steps + 1 == growth_interval
    s = jnp.where(ok, min(2 * loss_scale, 2.0**24) if due else loss_scale, max(loss_scale / 2, 1.0))
    n = jnp.where(ok, 0 if due else good_steps + 1, 0)
    return jnp.array([loss(params).astype(jnp.float32), s, n], dtype=jnp.float32)
