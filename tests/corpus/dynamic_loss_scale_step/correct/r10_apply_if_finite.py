# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gdef, params = nnx.split(model)
    low = lambda tree: jax.tree.map(lambda a: jnp.asarray(a, dtype=jnp.float16), tree)
    batch = low((x, y))

    tx = optax.chain(
        optax.scale(1.0 / loss_scale),
        optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=10**6),
    )
    opt_state = tx.init(params)

    def loss_and_aux(half_params, inputs, targets):
        out = nnx.merge(gdef, half_params)(inputs)
        plain = optax.losses.squared_error(out, targets).mean()
        return plain.astype(jnp.float32) * loss_scale, plain

    (_, _), grads = jax.value_and_grad(loss_and_aux, has_aux=True)(low(params), *batch)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)
    updates, opt_state = tx.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)

    if opt_state[1].last_finite:
        scale, count = loss_scale, good_steps + 1
        if count % growth_interval == 0:
            scale, count = min(scale * 2, 2.0**24), 0
    else:
        scale, count = max(scale_half(loss_scale), 1.0), 0

    _, after = loss_and_aux(low(params), *batch)
    return jnp.array([after.astype(jnp.float32), scale, count], dtype=jnp.float32)


def scale_half(s):
    return s * 0.5
