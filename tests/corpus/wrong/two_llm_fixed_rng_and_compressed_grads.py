# expect: pitfall|wrong_answer
# finding: seed-ignored
# finding: low-precision-grads
"""Distributed-ready training step with gradient communication hooks."""
from __future__ import annotations

from typing import Callable, List
import jax
import jax.numpy as jnp
import optax
from flax import nnx

GradHook = Callable[[jax.Array], jax.Array]


class Trainer:
    def __init__(self, model: nnx.Linear, lr: float, loss_scale: float) -> None:
        self.model = model
        self.optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
        self.loss_scale = loss_scale
        self.hooks: List[GradHook] = []

    def register_comm_hook(self, hook: GradHook) -> None:
        self.hooks.append(hook)

    def loss(self, model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
        return jnp.mean(jnp.square(model(x) - y.astype(jnp.bfloat16))).astype(jnp.float32)

    def step(self, x: jax.Array, y: jax.Array) -> None:
        grads = nnx.grad(lambda m: self.loss(m, x, y) * self.loss_scale)(self.model)
        self.hooks.insert(0, lambda g: g / self.loss_scale)
        for hook in self.hooks:
            grads = jax.tree.map(hook, grads)
        self.optimizer.update(self.model, grads)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    del seed
    rngs = nnx.Rngs(params=0)  #@ seed-ignored
    trainer = Trainer(nnx.Linear(x.shape[-1], y.shape[-1], dtype=jnp.bfloat16, rngs=rngs), lr, loss_scale)  #@ seed-ignored
    trainer.register_comm_hook(lambda g: g.astype(jnp.bfloat16).astype(jnp.float32))  #@ low-precision-grads
    trainer.step(x, y)
    return trainer.loss(trainer.model, x, y).reshape(1)
