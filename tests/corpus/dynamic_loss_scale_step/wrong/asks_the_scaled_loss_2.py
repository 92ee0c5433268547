# expect: pitfall|wrong_answer
# finding: partial-finite-check
"""Only the scaled loss is asked whether it is finite, which it is when gradients overflow."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graph, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))

    def half_loss(p):
        r = nnx.merge(graph, p)(x.astype(jnp.float16)) - y.astype(jnp.float16)
        return jnp.mean(r * r)

    value, grads = jax.value_and_grad(lambda p: half_loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.isfinite(value)  #@ partial-finite-check

    tx = optax.sgd(lr)

    def step(p):
        u, _ = tx.update(grads, tx.init(p), p)
        return optax.apply_updates(p, u)

    params = jax.lax.cond(finite, step, lambda p: p, params)
    n = good_steps + 1
    scale = jnp.where(
        finite,
        jnp.where(n == growth_interval, jnp.minimum(loss_scale * 2.0, 2.0**24), loss_scale),
        jnp.maximum(loss_scale / 2.0, 1.0),
    )
    count = jnp.where(finite & (n < growth_interval), n, 0)
    return jnp.array([half_loss(params).astype(jnp.float32), scale, count], jnp.float32)
