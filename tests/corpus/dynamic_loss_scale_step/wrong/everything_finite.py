# expect: wrong_answer
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx

PyTree = Any


def all_finite(tree: PyTree) -> jax.Array:
    """Checks that all leaves of a pytree are finite."""
    return jax.tree.reduce(
        lambda acc, leaf: acc & jnp.all(jnp.isfinite(leaf)), tree, jnp.array(True)
    )


def select(pred: jax.Array, on_true: PyTree, on_false: PyTree) -> PyTree:
    return jax.tree.map(lambda t, f: jnp.where(pred, t, f), on_true, on_false)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    tx = optax.sgd(lr)
    opt_state = tx.init(params)
    scale = jnp.float32(loss_scale)

    def forward(params: PyTree) -> jax.Array:
        p16, x16, y16 = jax.tree.map(lambda a: jnp.asarray(a, jnp.float16), (params, x, y))
        return jnp.mean((nnx.merge(graphdef, p16)(x16) - y16) ** 2)

    def scaled_forward(params: PyTree):
        loss = forward(params).astype(jnp.float32)
        return loss * scale, loss

    (_, loss), grads = jax.value_and_grad(scaled_forward, has_aux=True)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)

    finite = all_finite((loss, grads))
    updates, new_opt_state = tx.update(grads, opt_state, params)
    new_params = optax.apply_updates(params, updates)
    params, opt_state = select(finite, (new_params, new_opt_state), (params, opt_state))

    count = jnp.int32(good_steps) + 1
    grow = count >= growth_interval
    scale, count = select(
        finite,
        select(grow, (jnp.minimum(scale * 2, 2.0**24), jnp.int32(0)), (scale, count)),
        (jnp.maximum(scale / 2, 1.0), jnp.int32(0)),
    )
    return jnp.stack([forward(params).astype(jnp.float32), scale, count.astype(jnp.float32)])
