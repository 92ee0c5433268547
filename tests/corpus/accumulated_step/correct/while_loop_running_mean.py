# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, masters = nnx.split(model)
    xs = x.reshape((micro_batches, x.shape[0] // micro_batches) + x.shape[1:])
    ys = y.reshape((micro_batches, y.shape[0] // micro_batches) + y.shape[1:])

    def loss(masters, xb, yb):
        m = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), masters))
        d = m(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)
        return (d * d).mean()

    def cond(carry):
        i, _ = carry
        return i < micro_batches

    def body(carry):
        i, mean = carry
        g = jax.grad(loss)(masters, xs[i], ys[i])
        c = (i + 1).astype(jnp.float32)
        return i + 1, jax.tree.map(lambda m, g: m + (g - m) / c, mean, g)

    _, mean = lax.while_loop(cond, body, (jnp.int32(0), jax.tree.map(jnp.zeros_like, masters)))
    new = jax.tree.map(lambda p, g: p - lr * g, masters, mean)
    return jnp.full((1,), loss(new, x, y), jnp.float32)
