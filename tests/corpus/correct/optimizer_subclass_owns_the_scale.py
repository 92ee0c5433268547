# expect: accepted
from __future__ import annotations

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class LossScaler(nnx.Variable):
    pass


class ScaledOptimizer(nnx.Optimizer):
    def __init__(self, model, tx, scale, *, wrt=nnx.Param):
        super().__init__(model, tx, wrt=wrt)
        self.scale = LossScaler(jnp.float32(scale))

    def scaled(self, loss):
        return loss.astype(self.scale.dtype) * self.scale[...]

    def update(self, model, grads, /, **kw):
        s = self.scale[...]
        true_grads = jax.tree.map(lambda g: jnp.divide(g.astype(s.dtype), s), grads)
        return super().update(model, true_grads, **kw)


@nnx.jit
def train(model, opt, x, y):
    def loss_fn(m):
        return opt.scaled(optax.losses.squared_error(m(x), y).mean())
    opt.update(model, nnx.grad(loss_fn)(model))
    return loss_fn(model) / opt.scale[...]


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = ScaledOptimizer(model, optax.sgd(lr), loss_scale)
    return train(model, opt, x, y.astype(jnp.bfloat16)).reshape(1)
