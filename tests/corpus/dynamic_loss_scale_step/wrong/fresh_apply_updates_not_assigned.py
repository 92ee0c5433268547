# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    tx = optax.sgd(lr)
    opt_state = tx.init(params)

    def compute_loss(params):
        p = jax.tree.map(lambda a: a.astype(jnp.float16), params)
        pred = x.astype(jnp.float16) @ p["kernel"] + p["bias"]
        return jnp.mean((pred - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: compute_loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)

    if all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads)):
        updates, opt_state = tx.update(grads, opt_state, params)
        optax.apply_updates(params, updates)  #@ update-discarded
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0

    loss = compute_loss(params)  #@ update-discarded
    return jnp.array([loss.astype(jnp.float32), scale, count], dtype=jnp.float32)
