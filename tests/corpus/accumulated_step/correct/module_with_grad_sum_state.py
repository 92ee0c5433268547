# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradSum(nnx.Variable):
    pass


class Accumulating(nnx.Module):
    def __init__(self, d_in, d_out, rngs):
        self.linear = nnx.Linear(d_in, d_out, rngs=rngs)
        self.k_sum = GradSum(jnp.zeros((d_in, d_out), jnp.float32))
        self.b_sum = GradSum(jnp.zeros((d_out,), jnp.float32))

    def loss(self, x, y):
        k = self.linear.kernel[...].astype(jnp.bfloat16)
        b = self.linear.bias[...].astype(jnp.bfloat16)
        return jnp.mean((x @ k + b - y) ** 2)

    def add(self, grads):
        self.k_sum[...] = self.k_sum[...] + grads["linear"]["kernel"][...]
        self.b_sum[...] = self.b_sum[...] + grads["linear"]["bias"][...]

    def apply(self, lr, parts):
        self.linear.kernel[...] = self.linear.kernel[...] - lr * self.k_sum[...] / parts
        self.linear.bias[...] = self.linear.bias[...] - lr * self.b_sum[...] / parts


def accumulated_step(seed, x, y, lr, micro_batches):
    net = Accumulating(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    x, y = jnp.bfloat16(x), jnp.bfloat16(y)
    rows = len(x) // micro_batches
    for i in range(micro_batches):
        net.add(nnx.grad(lambda n: n.loss(x[rows * i:rows * (i + 1)], y[rows * i:rows * (i + 1)]))(net))
    net.apply(lr, micro_batches)
    return net.loss(x, y).astype(jnp.float32).reshape(1)
