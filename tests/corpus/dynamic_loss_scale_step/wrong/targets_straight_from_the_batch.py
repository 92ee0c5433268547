# expect: pitfall|wrong_answer
# finding: uncast-targets
"""The batch is cast by a comprehension over the wrong keys, so that y reaches the subtraction in float32."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    batch = {"x": x, "y": y}
    batch = {k: v.astype(jnp.float16) if k in ("x", "target") else v for k, v in batch.items()}  #@ uncast-targets
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    gd, params = nnx.split(model, nnx.Param)

    def loss(p):
        err = nnx.merge(gd, p)(batch["x"]) - batch["y"]  #@ uncast-targets
        err = err.astype(jnp.float16)
        return jnp.mean(err**2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))
    tx = optax.sgd(lr)

    def yes(p):
        u, _ = tx.update(grads, tx.init(p), p)
        return optax.apply_updates(p, u)

    params = jax.lax.cond(finite, yes, lambda p: p, params)
    due = good_steps + 1 == growth_interval
    s = jnp.where(finite, min(2 * loss_scale, 2.0**24) if due else loss_scale, max(loss_scale / 2, 1.0))
    n = jnp.where(finite, 0 if due else good_steps + 1, 0)
    return jnp.stack([loss(params).astype(jnp.float32), s.astype(jnp.float32), n.astype(jnp.float32)])
