# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast(tree, dtype):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


half = partial(cast, dtype=jnp.float16)
full = partial(cast, dtype=jnp.float32)


def tree_all_finite(tree):
    flags = jax.tree.map(lambda a: jnp.isfinite(a).all(), tree)
    return jnp.array(jax.tree.leaves(flags)).all()


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.chain(optax.scale(1.0 / loss_scale), optax.sgd(lr))
    opt_state = tx.init(masters)
    x, y = half((x, y))

    def loss_fn(copies):
        return jnp.mean((nnx.merge(graphdef, copies)(x) - y) ** 2)

    copies = half(masters)
    grads = full(jax.grad(lambda c: loss_fn(c).astype(jnp.float32) * loss_scale)(copies))
    finite = tree_all_finite(grads)
    updates, _ = tx.update(grads, opt_state, masters)
    candidate = optax.apply_updates(masters, updates)
    masters = jax.tree.map(partial(jnp.where, finite), candidate, masters)

    n = good_steps + 1
    scale_if_good, count_if_good = (min(2 * loss_scale, 2.0**24), 0) if n >= growth_interval else (loss_scale, n)
    scale = jnp.where(finite, scale_if_good, max(loss_scale / 2, 1.0))
    count = jnp.where(finite, count_if_good, 0)
    return jnp.hstack(full([loss_fn(half(masters)), scale, count]))
