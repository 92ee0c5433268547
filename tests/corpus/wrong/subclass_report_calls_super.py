# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
from abc import ABC, abstractmethod

import jax
import jax.numpy as jnp
from flax import nnx


class Task(ABC):
    def __init__(self, x, y):
        self.x, self.y = x, y

    def prediction(self, w, b):
        return self.x @ w + b

    def loss(self, w, b):
        return jnp.mean(jnp.square(self.prediction(w, b) - self.y))

    @abstractmethod
    def report(self, w, b): ...


class HalfTask(Task):
    def loss(self, w, b):
        return self.halved().base(w.astype(jnp.bfloat16), b.astype(jnp.bfloat16))

    def halved(self):
        return HalfTask(jnp.asarray(self.x, jnp.bfloat16), jnp.asarray(self.y, jnp.bfloat16))

    def base(self, w, b):
        return super().loss(w, b)

    def report(self, w, b):
        return jnp.atleast_1d(super().loss(w, b))  #@ full-precision-final-loss


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    task = HalfTask(x, y)
    wb = lin.kernel[...], lin.bias[...]
    grads = jax.grad(lambda p: task.loss(*p).astype(jnp.float32) * loss_scale)(wb)
    wb = [p - lr * (g / loss_scale) for p, g in zip(wb, grads)]
    return task.report(*wb)
