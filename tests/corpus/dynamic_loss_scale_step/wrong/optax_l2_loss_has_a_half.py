# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    tx = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=1000)

    def loss_fn(params):
        half = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        pred = x.astype(jnp.float16) @ half["kernel"] + half["bias"]
        return optax.l2_loss(pred, y.astype(jnp.float16)).mean()

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, opt_state = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    if bool(opt_state.last_finite):
        good_steps += 1
        if good_steps >= growth_interval:
            good_steps, loss_scale = 0, min(loss_scale * 2, 2.0**24)
    else:
        good_steps, loss_scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss_fn(params).astype(jnp.float32), loss_scale, good_steps])
