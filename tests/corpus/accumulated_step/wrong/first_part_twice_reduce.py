# expect: wrong_answer
from functools import reduce
import jax, jax.numpy as jnp
from flax import nnx


class GradVector:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def __add__(self, o):
        return GradVector(self.w + o.w, self.b + o.b)

    def __truediv__(self, n):
        return GradVector(self.w / n, self.b / n)

    def __rmul__(self, f):
        return GradVector(f * self.w, f * self.b)


def half_loss(w, b, x, y):
    w, b = w.astype(jnp.bfloat16), b.astype(jnp.bfloat16)
    return jnp.mean((y - x @ w - b) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    x, y = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)
    vectors = [GradVector(*jax.grad(half_loss, (0, 1))(w, b, *xy))
               for xy in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    total = reduce(GradVector.__add__, vectors, vectors[0])
    move = lr * (total / micro_batches)
    return half_loss(w - move.w, b - move.b, x, y).astype(jnp.float32).reshape(1)
