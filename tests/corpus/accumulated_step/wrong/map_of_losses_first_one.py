# expect: wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    X = x.reshape(micro_batches, -1, x.shape[1]).astype(jnp.bfloat16)
    Y = y.reshape(micro_batches, -1, y.shape[1]).astype(jnp.bfloat16)

    def loss(p, x, y):
        return jnp.mean((x @ p[0].astype(x.dtype) + p[1].astype(x.dtype) - y) ** 2)

    g = jax.vmap(jax.grad(loss), (None, 0, 0))(p, X, Y)
    p = jax.tree.map(lambda a, d: a - lr * d.mean(0), p, g)
    losses = jax.lax.map(lambda xy: loss(p, *xy), (X, Y))
    return losses[:1].astype(jnp.float32)  #@ partial-loss-returned
