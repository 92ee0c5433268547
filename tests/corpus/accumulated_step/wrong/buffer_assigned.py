# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradBuffer(nnx.Variable):
    pass


class Accumulating(nnx.Module):
    """A linear layer with a gradient buffer for each of its parameters."""

    def __init__(self, d_in, d_out, *, rngs):
        self.linear = nnx.Linear(d_in, d_out, dtype=jnp.bfloat16, rngs=rngs)
        self.g_kernel = GradBuffer(jnp.zeros((d_in, d_out), jnp.float32))
        self.g_bias = GradBuffer(jnp.zeros((d_out,), jnp.float32))

    def loss(self, x, y):
        return jnp.square(self.linear(x) - y.astype(jnp.bfloat16)).mean()

    def backward(self, x, y):
        grads = nnx.grad(lambda m: m.loss(x, y), argnums=nnx.DiffState(0, nnx.Param))(self)
        self.g_kernel[...] = grads["linear"]["kernel"][...]  #@ last-micro-batch-only
        self.g_bias[...] = grads["linear"]["bias"][...]  #@ last-micro-batch-only

    def apply(self, tx, count):
        params = {"kernel": self.linear.kernel[...], "bias": self.linear.bias[...]}
        grads = {"kernel": self.g_kernel[...] / count, "bias": self.g_bias[...] / count}
        updates, _ = tx.update(grads, tx.init(params), params)
        params = optax.apply_updates(params, updates)
        self.linear.kernel[...] = params["kernel"]
        self.linear.bias[...] = params["bias"]


def accumulated_step(seed, x, y, lr, micro_batches):
    module = Accumulating(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    size = x.shape[0] // micro_batches
    for i in range(0, x.shape[0], size):
        module.backward(x[i : i + size], y[i : i + size])
    module.apply(optax.sgd(lr), micro_batches)
    return module.loss(x, y).astype(jnp.float32).reshape(1)
