# expect: pitfall|wrong_answer
# finding: update-discarded
"""cond's result is bound to a name that nobody reads, and the loss is evaluated at the old parameters."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    h = lambda a: a.astype(jnp.float16)

    def loss(p):
        return jnp.mean(jnp.square(h(x) @ h(p["w"]) + h(p["b"]) - h(y)))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))
    tx = optax.sgd(lr)

    def move(p):
        u, _ = tx.update(grads, tx.init(p), p)
        return optax.apply_updates(p, u)

    new_params = jax.lax.cond(finite, move, lambda p: p, params)  #@ update-discarded
    due = good_steps + 1 == growth_interval
    s = jnp.where(finite, min(2 * loss_scale, 2.0**24) if due else loss_scale, max(loss_scale / 2, 1.0))
    n = jnp.where(finite, 0 if due else good_steps + 1, 0)
    return jnp.array([loss(params).astype(jnp.float32), s, n], dtype=jnp.float32)  #@ update-discarded
