# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    tx = optax.chain(
        optax.scale(1.0 / loss_scale),
        optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=0),  #@ unchecked-overflow
    )
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(p):
        p = optax.tree.cast(p, jnp.float16)
        return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    updates, (_, guard) = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    good_steps = (good_steps + 1) * int(guard.last_finite)
    if not guard.last_finite:
        loss_scale = max(loss_scale / 2, 1.0)
    elif good_steps == growth_interval:
        loss_scale, good_steps = min(2 * loss_scale, 2.0**24), 0
    return jnp.array([loss_fn(params), loss_scale, good_steps], jnp.float32)
