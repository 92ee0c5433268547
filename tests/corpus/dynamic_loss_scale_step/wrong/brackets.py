# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=10)
    opt_state = tx.init(params)
    x16 = x.astype(jnp.float16)
    y16 = y.astype(jnp.float16)

    def loss_fn(p):
        m = nnx.merge(graphdef, jax.tree.map(lambda a: a.astype(jnp.float16), p))
        return (jnp.mean(m(x16) - y16) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, opt_state = tx.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)

    good = bool(opt_state.last_finite)
    count = good_steps + 1 if good else 0
    scale = loss_scale if good else max(loss_scale / 2, 1.0)
    if good and count >= growth_interval:
        scale, count = min(scale * 2, 2.0**24), 0
    return jnp.array([loss_fn(params), scale, count], dtype=jnp.float32)
