# expect: pitfall|wrong_answer
# finding: low-precision-update
"""The optimizer's increments are rounded to float16 before they are added."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        return jnp.mean(jnp.square(xh @ p["w"].astype(jnp.float16) + p["b"].astype(jnp.float16) - yh))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        tx = optax.sgd(lr)
        updates, _ = tx.update(grads, tx.init(params), params)
        updates = jax.tree.map(lambda u: u.astype(jnp.float16), updates)  #@ low-precision-update
        params = optax.apply_updates(params, updates)
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale, count = min(scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(params), scale, count], dtype=jnp.float32)
