# expect: accepted
"""Right: the sum lives in nnx.Variables of an own trainer module."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradSum(nnx.Variable):
    pass


class Trainer(nnx.Module):
    def __init__(self, d_in, d_out, seed):
        self.model = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
        self.kernel_sum = GradSum(jnp.zeros((d_in, d_out)))
        self.bias_sum = GradSum(jnp.zeros((d_out,)))
        self.seen = 0

    @staticmethod
    def loss(model, x, y):
        kernel = model.kernel[...].astype(jnp.bfloat16)
        bias = model.bias[...].astype(jnp.bfloat16)
        pred = x.astype(jnp.bfloat16) @ kernel + bias
        return jnp.mean(jnp.square(pred - y.astype(jnp.bfloat16)))

    def accumulate(self, x, y):
        grads = nnx.grad(self.loss)(self.model, x, y)
        self.kernel_sum[...] += grads["kernel"][...]
        self.bias_sum[...] += grads["bias"][...]
        self.seen += 1

    def apply(self, lr):
        self.model.kernel[...] -= lr * self.kernel_sum[...] / self.seen
        self.model.bias[...] -= lr * self.bias_sum[...] / self.seen


def accumulated_step(seed, x, y, lr, micro_batches):
    trainer = Trainer(x.shape[1], y.shape[1], int(seed))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        trainer.accumulate(xb, yb)
    trainer.apply(lr)
    return trainer.loss(trainer.model, x, y).astype(jnp.float32).reshape(1)
