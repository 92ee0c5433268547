# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Loop:
    def __init__(self, params, lr, loss_scale):
        self.params = params
        self.lr = lr
        self.loss_scale = loss_scale

    def loss(self, params, x, y):
        k, b = (p.astype(jnp.bfloat16) for p in params)
        return jnp.mean((x.astype(jnp.bfloat16) @ k + b - y.astype(jnp.bfloat16)) ** 2)

    def step(self, x, y):
        g = jax.grad(lambda p: self.loss(p, x, y).astype(jnp.float32) * self.loss_scale)(self.params)
        self.params = tuple(p - self.lr * (d / self.loss_scale) for p, d in zip(self.params, g))
        return self.loss(self.params, x, y)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    loop = Loop((layer.kernel[...], layer.bias[...]), lr, loss_scale)
    loop.step(x, y)
    return loop.step(x, y).astype(jnp.float32).reshape(1)
