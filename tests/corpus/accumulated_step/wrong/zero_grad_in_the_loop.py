# expect: wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
from flax import nnx


class Module:
    def __init__(self, d_in, d_out, seed):
        lin = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
        self.params = {"weight": lin.kernel[...], "bias": lin.bias[...]}
        self.grads = {}

    def zero_grad(self):
        self.grads = {k: jnp.zeros_like(v) for k, v in self.params.items()}

    def loss(self, params, x, y):
        half = {k: v.astype(jnp.bfloat16) for k, v in params.items()}
        out = x.astype(jnp.bfloat16) @ half["weight"] + half["bias"]
        return jnp.mean((out - y.astype(jnp.bfloat16)) ** 2)

    def backward(self, x, y, factor):
        new = jax.grad(self.loss)(self.params, x, y)
        self.grads = {k: self.grads[k] + new[k] * factor for k in new}

    def step(self, lr):
        self.params = {k: v - lr * self.grads[k] for k, v in self.params.items()}


def accumulated_step(seed, x, y, lr, micro_batches):
    net = Module(x.shape[1], y.shape[1], int(seed))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        net.zero_grad()  #@ last-micro-batch-only
        net.backward(xb, yb, 1 / micro_batches)
    net.step(lr)
    return net.loss(net.params, x, y).astype(jnp.float32).reshape(1)
