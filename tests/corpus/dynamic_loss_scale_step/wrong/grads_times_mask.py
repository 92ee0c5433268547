# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
"""The gradients are multiplied by the finiteness as a float before the optimizer sees them."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def zero_out(tree, keep):
    keep = keep.astype(jnp.float32)
    return jax.tree.map(lambda t: t * keep, tree)  #@ masked-by-multiplication


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        w, b = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        return jnp.mean(jnp.square(x16 @ w + b - y16))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in grads]))
    tx = optax.sgd(lr)
    updates, _ = tx.update(zero_out(grads, finite), tx.init(params), params)
    params = optax.apply_updates(params, updates)
    n = good_steps + 1
    s = jnp.where(finite, jnp.where(n == growth_interval, min(loss_scale * 2, 2.0**24), loss_scale), max(loss_scale / 2, 1.0))
    c = jnp.where(finite & (n != growth_interval), n, 0)
    return jnp.stack([loss(params).astype(jnp.float32), s.astype(jnp.float32), c.astype(jnp.float32)])
