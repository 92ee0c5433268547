# expect: pitfall|wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def scale_for_next_step(scale, count, finite, interval):
    if not finite:
        return max(scale / 2, 1.0)
    if count + 1 == interval:
        return min(scale * 2, 2.0**24)
    return scale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params, other = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param, ...)
    tx = optax.apply_if_finite(optax.sgd(lr), 10)

    def loss(params):
        p, xx, yy = jax.tree.map(jnp.float16, (params, x, y))
        return jnp.mean(jnp.square(nnx.merge(graphdef, p, other)(xx) - yy))

    def unscaled_grads(params):
        g = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
        return jax.tree.map(lambda a: a / loss_scale, g)

    updates, state = tx.update(unscaled_grads(params), tx.init(params), params)
    params = optax.apply_updates(params, updates)
    finite = bool(state.last_finite)
    return jnp.array(
        [
            loss(params).astype(jnp.float32),
            scale_for_next_step(loss_scale, good_steps, finite, growth_interval),
            good_steps + int(finite),  #@ count-not-reset
        ],
        dtype=jnp.float32,
    )
