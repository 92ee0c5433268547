# expect: pitfall|wrong_answer
# finding: clipped-scaled-grads
"""The global norm is clipped to 1 while the gradients still carry the scale."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def clip_norm(tree, limit=1.0):
    norm = optax.global_norm(tree)
    return jax.tree.map(lambda t: t * jnp.minimum(1.0, limit / norm), tree)  #@ clipped-scaled-grads


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        h = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        return jnp.mean((xh @ h["w"] + h["b"] - yh) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    grads = clip_norm(grads)  #@ clipped-scaled-grads
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    scale, count = max(loss_scale / 2, 1.0), 0
    if finite:
        tx = optax.sgd(lr)
        u, _ = tx.update(grads, tx.init(params))
        params = optax.apply_updates(params, u)
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(2 * scale, 2.0**24), 0
    return jnp.array([loss(params), scale, count], dtype=jnp.float32)
