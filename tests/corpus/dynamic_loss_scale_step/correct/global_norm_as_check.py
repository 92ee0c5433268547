# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype="float16", rngs=nnx.Rngs(int(seed)))
    params = nnx.state(model, nnx.Param)
    graphdef = nnx.graphdef(model)
    y = y.astype(jnp.float16)

    def half(params):
        return jnp.mean((nnx.merge(graphdef, params)(x) - y) ** 2)

    _, grads = jax.value_and_grad(lambda p: half(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    # at most 65504 each, so their squares fit float32 by far: the norm is finite if all of them are
    finite = bool(jnp.isfinite(optax.global_norm(grads)))

    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    new_params = optax.apply_updates(params, updates) if finite else params

    count = good_steps + 1 if finite else 0
    factor = 1.0 if finite else 0.5
    if count == growth_interval:
        count, factor = 0, 2.0
    scale = min(max(loss_scale * factor, 1.0), 2.0**24)
    return jnp.array([half(new_params), scale, count], dtype=jnp.float32)
