# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    tx = optax.sgd(lr)
    opt_state = tx.init(params)

    def loss_fn(params):
        m = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), params))
        return jnp.mean((m(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        updates, opt_state = tx.update(grads, opt_state, params)
        optax.apply_updates(params, updates)  #@ update-discarded, stale-loss
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(params).astype(jnp.float32), loss_scale, good_steps])  #@ update-discarded, stale-loss
