# expect: wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
from flax import nnx


class SGD:
    lr = 0.01

    def __init__(self, lr):
        lr = self.lr  #@ lr-ignored

    def step(self, p, g):
        return jax.tree.map(lambda a, d: a - self.lr * d, p, g)  #@ lr-ignored


def loss(p, x, y):
    w, b = (t.astype(jnp.bfloat16) for t in p)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (m.kernel[...], m.bias[...])
    total = jax.tree.map(jnp.zeros_like, p)
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, jax.grad(loss)(p, xs, ys))
    p = SGD(lr).step(p, jax.tree.map(lambda t: t / micro_batches, total))
    return loss(p, x, y).astype(jnp.float32).reshape(1)
