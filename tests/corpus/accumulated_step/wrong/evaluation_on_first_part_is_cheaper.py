# expect: wrong_answer
# finding: partial-loss-returned
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx


@dataclass
class Experiment:
    xs: Any
    ys: Any
    params: Any

    def loss(self, params, x, y):
        k, b = (p.astype(jnp.bfloat16) for p in params)
        return jnp.mean((x.astype(jnp.bfloat16) @ k + b - y.astype(jnp.bfloat16)) ** 2)

    def gradient(self):
        grads = jax.vmap(jax.grad(self.loss), in_axes=(None, 0, 0))(self.params, self.xs, self.ys)
        return tuple(g.sum(0) / len(self.xs) for g in grads)

    def step(self, lr):
        self.params = tuple(p - lr * g for p, g in zip(self.params, self.gradient()))

    def evaluate(self):
        # the whole batch doesn't fit into memory, that's why there are parts; one is enough to see a trend
        return self.loss(self.params, self.xs[0], self.ys[0])  #@ partial-loss-returned


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    e = Experiment(x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]),
                   (lin.kernel[...], lin.bias[...]))
    e.step(lr)
    return e.evaluate().astype(jnp.float32).reshape(1)
