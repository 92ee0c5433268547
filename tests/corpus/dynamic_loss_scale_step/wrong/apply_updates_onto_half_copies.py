# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    params = nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    params = nnx.to_pure_dict(params)
    tx = optax.sgd(lr)
    opt_state = tx.init(params)
    params16 = optax.tree.cast(params, jnp.float16)
    x16, y16 = optax.tree.cast((x, y), jnp.float16)

    def loss_fn(p):
        return optax.squared_error(x16 @ p["kernel"] + p["bias"], y16).mean()

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params16)
    grads = optax.tree.scale(1 / loss_scale, optax.tree.cast(grads, jnp.float32))
    finite = bool(jnp.all(jnp.array([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)])))
    if finite:
        updates, opt_state = tx.update(grads, opt_state, params)
        params = optax.apply_updates(params16, updates)  #@ master-downcast
        grow = good_steps + 1 == growth_interval
        loss_scale, good_steps = (min(loss_scale * 2, 2.0**24), 0) if grow else (loss_scale, good_steps + 1)
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    loss = loss_fn(optax.tree.cast(params, jnp.float16))
    return jnp.array([loss.astype(jnp.float32), loss_scale, good_steps], jnp.float32)
