# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (lin.kernel[...], lin.bias[...])
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)
    loss = lambda copy, a, t: jnp.mean((a @ copy[0] + copy[1] - t) ** 2)

    def body(masters, batch):
        a, t = batch
        scaled = lambda copy: loss(copy, a, t).astype(jnp.float32) * loss_scale
        grads = jax.grad(scaled)(half(masters))
        grads = [lax.div(g, jnp.full_like(g, loss_scale)) for g in grads]  #@ low-precision-unscale
        masters = tuple(m - lr * g.astype(jnp.float32) for m, g in zip(masters, grads))
        return masters, loss(half(masters), a, t)

    _, losses = lax.scan(body, masters, half((x[None], y[None])))
    return losses.astype(jnp.float32)
