# expect: pitfall|wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)
    opt_state = tx.init(params)
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(p):
        p16 = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        pred = nnx.merge(graphdef, p16)(x16)
        return jnp.mean(jnp.square(pred - y16)).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()

    updates, opt_state = tx.update(grads, opt_state, params)  #@ update-discarded, stale-loss
    new_params = optax.apply_updates(params, updates)  #@ update-discarded, stale-loss
    params = new_params if finite is True else params  #@ update-discarded, stale-loss

    count = jnp.where(finite, good_steps + 1, 0)
    grow = count >= growth_interval
    scale = jnp.where(finite, loss_scale, max(loss_scale / 2, 1.0))
    scale = jnp.where(grow, min(loss_scale * 2, 2.0**24), scale)
    count = jnp.where(grow, 0, count)
    loss = loss_fn(params)  #@ update-discarded, stale-loss
    return jnp.stack([loss, scale.astype(jnp.float32), count.astype(jnp.float32)])
