# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


class Half:
    """bfloat16, whatever comes in."""

    def __init__(self, a):
        self.a = a.astype(jnp.bfloat16)

    def __rmatmul__(self, other):
        return Half(other @ self.a)  #@ uncast-inputs

    def __add__(self, other):
        return Half(self.a + other.a)

    def __sub__(self, other):
        return Half(self.a - other.a)

    def msq(self):
        return jnp.mean(self.a * self.a)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])

    def loss(p):
        w, b = map(Half, p)
        return (x @ w + b - Half(y)).msq()  #@ uncast-inputs

    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(p)
    p = [a - lr * (d / loss_scale) for a, d in zip(p, g)]
    return loss(p).astype(jnp.float32).reshape(1)
