# expect: accepted
"""Every part gets an own row of a stack of masters, so one gradient gives all of the parts' gradients."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    m = micro_batches
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": lin.kernel[...], "b": lin.bias[...]}
    stacked = jax.tree.map(lambda p: jnp.broadcast_to(p, (m,) + p.shape), masters)

    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    xs, ys = x16.reshape(m, -1, x.shape[1]), y16.reshape(m, -1, y.shape[1])

    def losses(stack):
        h = jax.tree.map(lambda p: p.astype(jnp.bfloat16), stack)
        err = jnp.einsum("pni,pio->pno", xs, h["w"]) + h["b"][:, None, :] - ys
        return jnp.mean(err ** 2, axis=(1, 2))

    grads = jax.grad(lambda s: losses(s).sum())(stacked)        # (m, ...) float32: nothing is added up yet
    mean = jax.tree.map(lambda g: g.sum(0) / m, grads)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(masters), masters)
    new = jax.tree.map(lambda p: p.astype(jnp.bfloat16), optax.apply_updates(masters, updates))
    loss = jnp.mean((x16 @ new["w"] + new["b"] - y16) ** 2)
    return loss.astype(jnp.float32).reshape(1)
