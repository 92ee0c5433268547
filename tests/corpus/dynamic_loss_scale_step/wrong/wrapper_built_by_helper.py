# expect: wrong_answer
# finding: unchecked-overflow
# finding: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx

CAP = 2.0**24


def build_tx(lr):
    return optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=0)  #@ unchecked-overflow


def next_scale(finite, scale, count, interval):
    if not finite:
        return max(scale / 2, 1.0), 0
    count += 1
    if count == interval:
        return min(scale * 2, CAP), count  #@ count-not-reset
    return scale, count


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = build_tx(lr)
    opt_state = tx.init(params)
    h = lambda t: jax.tree.map(lambda a: jnp.asarray(a, jnp.float16), t)
    x, y = h((x, y))

    def loss_fn(p):
        return jnp.mean(jnp.square(nnx.merge(graphdef, p)(x) - y))

    g = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(h(params))
    g = jax.tree.map(lambda v: v.astype(jnp.float32) / loss_scale, g)
    updates, opt_state = tx.update(g, opt_state, params)
    params = optax.apply_updates(params, updates)

    scale, count = next_scale(bool(opt_state.last_finite), loss_scale, good_steps, growth_interval)
    return jnp.array([loss_fn(h(params)).astype(jnp.float32), scale, count], jnp.float32)
