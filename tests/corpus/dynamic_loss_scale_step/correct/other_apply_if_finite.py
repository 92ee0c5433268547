# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.to_pure_dict(nnx.state(model, nnx.Param))
    x16 = jnp.asarray(x, dtype=jnp.float16)
    y16 = jnp.asarray(y, dtype=jnp.float16)

    def loss_fn(p):
        half = jax.tree.map(lambda t: t.astype(jnp.float16), p)
        out = x16 @ half["kernel"] + half["bias"]
        return ((out - y16) ** 2).mean().astype(jnp.float32)

    # the chain gets scaled gradients: unscale, then descend, and nothing at all if one is not finite
    tx = optax.apply_if_finite(
        optax.chain(optax.scale(1.0 / loss_scale), optax.sgd(lr)),
        max_consecutive_errors=1000,
    )
    opt_state = tx.init(params)
    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    updates, opt_state = tx.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)

    if bool(opt_state.last_finite):
        count = good_steps + 1
        scale = loss_scale
        if count >= growth_interval:
            scale, count = min(2.0 * scale, float(2**24)), 0
    else:
        scale, count = max(loss_scale * 0.5, 1.0), 0
    return jnp.asarray([loss_fn(params), scale, count], dtype=jnp.float32)
