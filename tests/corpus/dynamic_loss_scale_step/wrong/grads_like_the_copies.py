# expect: pitfall|wrong_answer
# finding: low-precision-grads
"""After unscaling, the gradients are rounded to the dtype of the float16 copies (and cast up again)."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": lin.kernel[...], "b": lin.bias[...]}
    copies = jax.tree.map(lambda a: a.astype(jnp.float16), masters)
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(c):
        return jnp.mean(jnp.square(xh @ c["w"] + c["b"] - yh))

    grads = jax.grad(lambda c: loss(c).astype(jnp.float32) * loss_scale)(copies)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    grads = jax.tree.map(lambda g, c: g.astype(c.dtype), grads, copies)  #@ low-precision-grads
    grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)
    finite = jnp.isfinite(grads["w"]).all() & jnp.isfinite(grads["b"]).all()
    tx = optax.sgd(lr)
    u, _ = tx.update(grads, tx.init(masters), masters)
    u = jax.tree.map(lambda a: jnp.where(finite, a, 0), u)
    masters = optax.apply_updates(masters, u)
    copies = jax.tree.map(lambda a: a.astype(jnp.float16), masters)
    due = finite & (good_steps + 1 == growth_interval)
    s = jnp.where(finite, jnp.where(due, min(2 * loss_scale, 2.0**24), loss_scale), max(loss_scale / 2, 1.0))
    n = jnp.where(finite & ~due, good_steps + 1, 0)
    return jnp.stack([loss(copies).astype(jnp.float32), s.astype(jnp.float32), n.astype(jnp.float32)])
