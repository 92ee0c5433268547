# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    flat, unravel = ravel_pytree((m.kernel[...], m.bias[...]))

    def loss(flat, x, y):
        w, b, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (*unravel(flat), x, y))
        return jnp.mean((x @ w + b - y) ** 2)

    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(-1, micro_batches, y.shape[1]).swapaxes(0, 1)
    grads = jax.lax.map(lambda s: jax.grad(loss)(flat, *s), (xs, ys))
    flat = flat - lr * grads.mean(axis=0)
    return loss(flat, x, y).astype(jnp.float32)[None]
