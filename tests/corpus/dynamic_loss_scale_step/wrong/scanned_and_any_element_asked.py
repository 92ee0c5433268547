# expect: wrong_answer
# finding: wrong-output-shape
# finding: partial-finite-check
"""lax.scan over the batches of an epoch."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def all_finite(tree):
    checks = jax.tree.map(lambda g: jnp.any(jnp.isfinite(g)), tree)  #@ partial-finite-check
    return jax.tree.reduce(jnp.logical_and, checks)


def run_epoch(graphdef, params, tx, batches, scale, count, interval):
    def loss_fn(params, x, y):
        half = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        return jnp.mean((nnx.merge(graphdef, half)(x) - y) ** 2).astype(jnp.float32)

    def body(carry, batch):
        params, opt_state, scale, count = carry
        x, y = (a.astype(jnp.float16) for a in batch)
        grads = jax.grad(lambda p: loss_fn(p, x, y) * scale)(params)
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
        finite = all_finite(grads)

        updates, new_opt_state = tx.update(grads, opt_state, params)
        new_params = optax.apply_updates(params, updates)
        params = optax.tree.where(finite, new_params, params)
        opt_state = optax.tree.where(finite, new_opt_state, opt_state)

        count = count + 1
        grow = finite & (count >= interval)
        scale = jnp.where(
            grow, jnp.minimum(scale * 2, 2.0**24), jnp.where(finite, scale, jnp.maximum(scale / 2, 1.0))
        )
        count = jnp.where(grow | ~finite, 0, count)
        metrics = jnp.stack([loss_fn(params, x, y), scale, count.astype(jnp.float32)])
        return (params, opt_state, scale, count), metrics

    carry = (params, tx.init(params), scale, count)
    return jax.lax.scan(body, carry, batches)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    params = nnx.as_pure(params)
    batches = (jnp.expand_dims(x, 0), jnp.expand_dims(y, 0))
    _, metrics = run_epoch(
        graphdef, params, optax.sgd(lr), batches, jnp.float32(loss_scale), jnp.int32(good_steps), growth_interval
    )
    return metrics  #@ wrong-output-shape
