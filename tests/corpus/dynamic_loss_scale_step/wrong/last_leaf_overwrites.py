# expect: pitfall|wrong_answer
# finding: partial-finite-check
"""The loop over the leaves assigns instead of and-ing, so that the last leaf alone decides."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def grads_are_finite(grads):
    finite = jnp.array(True)
    for leaf in jax.tree.leaves(grads):
        finite = jnp.all(jnp.isfinite(leaf))  #@ partial-finite-check
    return finite


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"bias": layer.bias[...], "kernel": layer.kernel[...]}
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.float16), t)

    def loss(p):
        p, xx, yy = half((p, x, y))
        return jnp.mean(jnp.square(xx @ p["kernel"] + p["bias"] - yy))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = grads_are_finite(grads)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params))
    stepped = optax.apply_updates(params, updates)
    params = jax.tree.map(lambda a, b: jnp.where(finite, a, b), stepped, params)
    grown = finite & (good_steps + 1 >= growth_interval)
    scale = jnp.where(grown, min(loss_scale * 2, 2.0**24), jnp.where(finite, loss_scale, max(loss_scale / 2, 1.0)))
    count = jnp.where(finite & ~grown, good_steps + 1, 0)
    return jnp.stack([loss(params).astype(jnp.float32), scale.astype(jnp.float32), count.astype(jnp.float32)])
