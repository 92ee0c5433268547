# expect: pitfall|wrong_answer
# finding: master-downcast
"""param_dtype=float16 makes the masters themselves float16."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(
        x.shape[1],
        y.shape[1],
        dtype=jnp.float16,
        param_dtype=jnp.float16,  #@ master-downcast
        rngs=nnx.Rngs(int(seed)),
    )
    gd, params = nnx.split(model)
    params = jax.tree.map(lambda p: p.astype(jnp.float32), params)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        return jnp.mean(jnp.square(nnx.merge(gd, p)(x) - y))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))
    tx = optax.sgd(lr)
    u, _ = tx.update(grads, tx.init(params), params)
    new = optax.apply_updates(params, u)
    params = jax.tree.map(lambda a, b: jnp.where(finite, a, b), new, params)
    n = good_steps + 1
    if not finite:
        s, n = max(loss_scale / 2, 1.0), 0
    elif n == growth_interval:
        s, n = min(loss_scale * 2, 2.0**24), 0
    else:
        s = loss_scale
    return jnp.array([loss(params).astype(jnp.float32), s, n], dtype=jnp.float32)
