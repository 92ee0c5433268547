# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def unscale(by):
    return optax.stateless(lambda u, _: optax.tree.scale(1.0, jax.tree.map(lambda g: g / by, u)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.to_pure_dict(nnx.state(model))
    tx = optax.apply_if_finite(
        optax.chain(unscale(loss_scale), optax.sgd(lr)), max_consecutive_errors=1_000_000
    )
    opt_state = tx.init(params)

    def loss_fn(p):
        p = optax.tree.cast(p, jnp.float16)
        pred = jnp.dot(x.astype(jnp.float16), p["kernel"]) + p["bias"]
        return optax.squared_error(pred, y.astype(jnp.float16)).mean().astype(jnp.float32)

    grads = jax.grad(lambda p: loss_scale * loss_fn(p))(params)
    updates, opt_state = tx.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)
    if opt_state.last_finite:
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1), 0
    return jnp.array([loss_fn(params), loss_scale, good_steps], dtype=jnp.float32)
