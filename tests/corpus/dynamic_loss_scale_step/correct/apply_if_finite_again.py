# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=1000)
    opt_state = tx.init(params)
    xh = x.astype(jnp.float16)
    yh = y.astype(jnp.float16)

    def loss_fn(p):
        half = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        pred = nnx.merge(graphdef, half)(xh)
        loss = jnp.mean(jnp.square(pred - yh)).astype(jnp.float32)
        return loss * loss_scale, loss

    grads, _ = jax.grad(loss_fn, has_aux=True)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, opt_state = tx.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)

    finite = opt_state.last_finite
    grow = finite & (good_steps + 1 >= growth_interval)
    scale = jnp.where(
        grow,
        min(loss_scale * 2.0, 2.0**24),
        jnp.where(finite, loss_scale, max(loss_scale / 2.0, 1.0)),
    )
    count = jnp.where(finite & ~grow, good_steps + 1, 0)
    _, loss = loss_fn(params)
    return jnp.stack([loss, scale.astype(jnp.float32), count.astype(jnp.float32)])
