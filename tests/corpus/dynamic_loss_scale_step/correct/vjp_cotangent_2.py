# expect: accepted
"""The scale enters as the float32 cotangent of jax.vjp, which is the same as multiplying the loss."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    xh, yh = jnp.float16(x), jnp.float16(y)

    def loss(p):
        err = nnx.merge(graphdef, p)(xh) - yh
        return jnp.mean(err**2).astype(jnp.float32)

    _, pullback = jax.vjp(loss, params)
    (scaled,) = pullback(jnp.float32(loss_scale))
    grads = jax.tree.map(lambda g: g / loss_scale, scaled)
    finite = jnp.all(jnp.array([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]))

    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    stepped = optax.apply_updates(params, updates)
    params = jax.tree.map(lambda a, b: jnp.where(finite, a, b), stepped, params)

    total = good_steps + 1
    if not finite:
        s, n = max(loss_scale / 2, 1.0), 0
    elif total < growth_interval:
        s, n = loss_scale, total
    else:
        s, n = min(loss_scale * 2, 16777216.0), 0
    return jnp.concatenate([loss(params)[None], jnp.array([s, n], jnp.float32)])
