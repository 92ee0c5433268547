# expect: pitfall|wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    tx = optax.apply_if_finite(optax.sgd(lr), 10)
    opt_state = tx.init(params)

    def loss_fn(p):
        m = nnx.merge(graphdef, jax.tree.map(lambda a: a.astype(jnp.float16), p))
        return jnp.mean((m(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, opt_state = tx.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)
    ok = opt_state.last_finite

    count = jnp.where(ok, good_steps + 1, good_steps)  #@ count-not-reset
    full = count == growth_interval
    scale = jnp.where(ok, jnp.where(full, min(loss_scale * 2, 2.0 ** 24), loss_scale), max(loss_scale / 2, 1.0))
    count = jnp.where(full, 0, count)
    return jnp.array([loss_fn(params), scale, count], dtype=jnp.float32)
