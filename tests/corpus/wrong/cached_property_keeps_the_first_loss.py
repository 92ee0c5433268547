# expect: pitfall|wrong_answer
# finding: stale-loss
# allow: update-discarded
from functools import cached_property

import jax
import jax.numpy as jnp
from flax import nnx


class Fit:
    def __init__(self, params, x, y):
        self.params, self.x, self.y = params, x, y

    def evaluate(self, p):
        w, b, a, t = (v.astype(jnp.bfloat16) for v in (*p, self.x, self.y))
        return jnp.mean((a @ w + b - t) ** 2)

    @cached_property
    def loss(self):
        return self.evaluate(self.params)  #@ stale-loss

    def step(self, lr, scale):
        assert self.loss.ndim == 0, "not a scalar"  #@ stale-loss
        g = jax.grad(lambda p: self.evaluate(p).astype(jnp.float32) * scale)(self.params)
        self.params = [p - lr * (d / scale) for p, d in zip(self.params, g)]  #@ update-discarded
        return self


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    fit = Fit([lin.kernel[...], lin.bias[...]], x, y)
    return fit.step(lr, loss_scale).loss.astype(jnp.float32).reshape(1)  #@ stale-loss
