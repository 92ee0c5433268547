# expect: wrong_answer
# finding: low-precision-accumulator
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass
class Policy:
    param: type = jnp.float32
    compute: type = jnp.bfloat16
    output: type = jnp.float32


class GradientBuffer:
    def __init__(self, like, dtype=Policy.compute):  #@ low-precision-accumulator
        self.sum = jax.tree.map(lambda p: jnp.zeros_like(p, dtype=dtype), like)  #@ low-precision-accumulator
        self.n = 0

    def push(self, grads):
        self.sum = jax.tree.map(lambda s, g: s + g.astype(s.dtype), self.sum, grads)  #@ low-precision-accumulator
        self.n += 1

    @property
    def mean(self):
        return jax.tree.map(lambda s: s.astype(jnp.float32) / self.n, self.sum)


def loss_fn(model, x, y):
    gd, st = nnx.split(model, nnx.Param)
    half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(Policy.compute), st))
    e = half(x.astype(Policy.compute)) - y.astype(Policy.compute)
    return jnp.mean(e * e)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    buffer = GradientBuffer(nnx.state(model, nnx.Param))  #@ low-precision-accumulator
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        buffer.push(nnx.grad(loss_fn)(model, xs, ys))
    optimizer.update(model, buffer.mean)
    return loss_fn(model, x, y).astype(Policy.output).reshape(1)
