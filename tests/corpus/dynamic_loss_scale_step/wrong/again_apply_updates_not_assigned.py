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
    state = tx.init(params)

    def loss(params):
        p = jax.tree.map(lambda a: a.astype(jnp.float16), params)
        return jnp.mean((x.astype(jnp.float16) @ p["kernel"] + p["bias"] - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if bool(jnp.isfinite(optax.global_norm(grads))):
        updates, state = tx.update(grads, state, params)
        optax.apply_updates(params, updates)  #@ update-discarded, stale-loss
        count, scale = good_steps + 1, loss_scale
        if count == growth_interval:
            count, scale = 0, min(loss_scale * 2, 2.0**24)
    else:
        count, scale = 0, max(loss_scale / 2, 1.0)
    final = loss(params)  #@ update-discarded, stale-loss
    return jnp.array([final.astype(jnp.float32), scale, count], dtype=jnp.float32)
