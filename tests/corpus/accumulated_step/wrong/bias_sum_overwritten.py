# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
"""Wrong: in the class that adds up the gradients, the bias is assigned where it should be added."""
import jax
import jax.numpy as jnp
from flax import nnx


class Sums:
    def __init__(self, model):
        self.kernel = jnp.zeros(model.kernel.shape, jnp.float32)
        self.bias = jnp.zeros(model.bias.shape, jnp.float32)
        self.n = 0

    def add(self, grads):
        self.kernel += grads.kernel[...]
        self.bias = +grads.bias[...]  #@ last-micro-batch-only
        self.n += 1

    def mean(self):
        return self.kernel / self.n, self.bias / self.n


def loss_fn(model, x, y):
    w = model.kernel[...].astype(jnp.bfloat16)
    b = model.bias[...].astype(jnp.bfloat16)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    sums = Sums(model)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        sums.add(nnx.grad(loss_fn)(model, xb, yb))
    dw, db = sums.mean()
    model.kernel[...] -= lr * dw
    model.bias[...] -= lr * db
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
