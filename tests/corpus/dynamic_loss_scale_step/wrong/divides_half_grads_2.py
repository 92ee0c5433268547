# expect: pitfall|wrong_answer
# finding: low-precision-unscale
"""Gradients with respect to the float16 copies are divided while they are still float16."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": lin.kernel[...], "b": lin.bias[...]}
    to16 = lambda t: jax.tree.map(lambda a: a.astype(jnp.float16), t)
    to32 = lambda t: jax.tree.map(lambda a: a.astype(jnp.float32), t)
    xh, yh = to16((x, y))

    def loss(p16):
        return jnp.mean(jnp.square(xh @ p16["w"] + p16["b"] - yh))

    g16 = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(to16(masters))
    grads = to32(jax.tree.map(lambda g: g / loss_scale, g16))  #@ low-precision-unscale
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(g16))
    if finite:
        tx = optax.sgd(lr)
        u, _ = tx.update(grads, tx.init(masters), masters)
        masters = optax.apply_updates(masters, u)
        growths, good_steps = divmod(good_steps + 1, growth_interval)
        loss_scale = min(loss_scale * 2**growths, 2.0**24)
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(to16(masters)).astype(jnp.float32), loss_scale, good_steps], jnp.float32)
