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

    def loss(params):
        p, a, b = jax.tree.map(lambda t: t.astype(jnp.float16), (params, x, y))
        return jnp.mean((nnx.merge(graphdef, p)(a) - b) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = bool(jnp.isfinite(optax.global_norm(grads)))
    if finite:
        updates, opt_state = tx.update(grads, opt_state, params)
        optax.apply_updates(params, updates)  #@ update-discarded, stale-loss
        good_steps += 1
    else:
        good_steps = 0
        loss_scale = max(loss_scale / 2, 1.0)
    if good_steps == growth_interval:
        good_steps = 0
        loss_scale = min(loss_scale * 2, 2.0**24)
    return jnp.array([loss(params), loss_scale, good_steps], dtype=jnp.float32)  #@ stale-loss, update-discarded
