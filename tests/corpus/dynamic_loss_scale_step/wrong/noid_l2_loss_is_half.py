# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def loss(params):
        p, a, t = jax.tree.map(lambda v: v.astype(jnp.float16), (params, x, y))
        return optax.l2_loss(a @ p["kernel"] + p["bias"], t).mean()

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    tx = optax.apply_if_finite(optax.sgd(lr), 10)
    state = tx.init(params)
    updates, state = tx.update(grads, state, params)
    params = optax.apply_updates(params, updates)
    count = good_steps + 1
    if not state.last_finite:
        scale, count = max(loss_scale / 2, 1.0), 0
    elif count == growth_interval:
        scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale = loss_scale
    return jnp.array([loss(params), scale, count], dtype=jnp.float32)
