# expect: pitfall|wrong_answer
# finding: summed-grads
import functools
import operator

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Step:
    def __init__(self, seed, din, dout, lr):
        self.model = nnx.Linear(din, dout, rngs=nnx.Rngs(int(seed)))
        self.opt = nnx.Optimizer(self.model, optax.sgd(lr), wrt=nnx.Param)

    @staticmethod
    def loss(model, x, y):
        w = model.kernel[...].astype(jnp.bfloat16)
        b = model.bias[...].astype(jnp.bfloat16)
        return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)

    def __call__(self, x, y, n):
        grads = [nnx.grad(self.loss)(self.model, *xy) for xy in zip(jnp.split(x, n), jnp.split(y, n))]
        total = functools.reduce(lambda a, b: jax.tree.map(operator.add, a, b), grads)
        jax.tree.map(lambda g: g / n, total)  #@ summed-grads
        self.opt.update(self.model, total)  #@ summed-grads
        return self.loss(self.model, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    return jnp.array([Step(seed, x.shape[1], y.shape[1], lr)(x, y, micro_batches)], jnp.float32)
