# expect: wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def loss(p, x, y):
    return jnp.mean((x @ p["w"].astype(jnp.bfloat16) + p["b"].astype(jnp.bfloat16) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    xs = x.astype(jnp.bfloat16).reshape(micro_batches, -1, x.shape[1])
    ys = y.astype(jnp.bfloat16).reshape(micro_batches, -1, y.shape[1])
    over_parts = dict(in_axes=(None, 0, 0))
    grads = jax.vmap(jax.grad(loss), **over_parts)(p, xs, ys)
    p = jax.tree.map(lambda w, g: w - lr * g.mean(0), p, grads)
    losses = jax.vmap(loss, **over_parts)(p, xs, ys)
    return losses[-1:].astype(jnp.float32)  #@ partial-loss-returned
