# expect: accepted
"""A number type that rounds by itself: whatever is wrapped is bfloat16."""
import jax
import jax.numpy as jnp
from flax import nnx


class B16:
    def __init__(self, value):
        self.value = jnp.asarray(value, dtype=jnp.bfloat16)

    def __matmul__(self, other):
        return B16(self.value @ other.value)

    def __add__(self, other):
        return B16(self.value + other.value)

    def __neg__(self):
        return B16(-self.value)

    def __sub__(self, other):
        return self + -other

    def __pow__(self, n):
        out = self.value
        for _ in range(n - 1):
            out = out * self.value
        return B16(out)

    def mean(self):
        return B16(jnp.mean(self.value))

    def __float__(self):
        raise TypeError("use .single")

    @property
    def single(self):
        return self.value.astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = B16(x), B16(y)
    loss = lambda w, b: ((x @ B16(w) + B16(b) - y) ** 2).mean()
    w, b = layer.kernel[...], layer.bias[...]
    grads = jax.grad(lambda w, b: loss(w, b).single * loss_scale, argnums=(0, 1))(w, b)
    w, b = (p - lr * (g / loss_scale) for p, g in zip((w, b), grads))
    return loss(w, b).single[None]
