# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # 1. model and optimizer
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    tx = optax.sgd(lr)
    opt_state = tx.init(params)

    # 2. loss in half precision
    x16 = x.astype(jnp.float16)
    y16 = y.astype(jnp.float16)

    def loss_fn(params):
        half = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        pred = x16 @ half["kernel"][...] + half["bias"][...]
        err = pred - y16
        return jnp.mean(jnp.square(err)).astype(jnp.float32)

    def scaled_loss_fn(params):
        return loss_fn(params) * loss_scale

    # 3. gradients
    grads = jax.grad(scaled_loss_fn)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    # 4. finite?
    finite = jnp.array(True)
    for g in jax.tree.leaves(grads):
        finite = finite & jnp.all(jnp.isfinite(g))

    # 5. update
    updates, _ = tx.update(grads, opt_state, params)
    new_params = optax.apply_updates(params, updates)
    params = jax.tree.map(lambda new, old: jnp.where(finite, new, old), new_params, params)

    # 6. scale and count
    grow = good_steps + 1 >= growth_interval
    good_scale = min(loss_scale * 2.0, 2.0**24) if grow else loss_scale
    good_count = 0 if grow else good_steps + 1
    scale = jnp.where(finite, good_scale, max(loss_scale / 2.0, 1.0))
    count = jnp.where(finite, good_count, 0)

    # 7. and 8.
    return jnp.stack([loss_fn(params), scale, count]).astype(jnp.float32)
