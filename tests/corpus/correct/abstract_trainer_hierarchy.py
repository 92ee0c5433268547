# expect: accepted
"""Template-method style of an enterprise programmer."""
from __future__ import annotations

import abc

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class AbstractTrainer(abc.ABC):
    def __init__(self, model: nnx.Linear, tx: optax.GradientTransformation, loss_scale: float) -> None:
        self._model = model
        self._optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)
        self._loss_scale = loss_scale

    @abc.abstractmethod
    def loss(self, model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array: ...

    def scaled_loss(self, model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
        return self.loss(model, x, y) * self._loss_scale

    def unscale(self, grads: nnx.State) -> nnx.State:
        return jax.tree.map(lambda g: g / self._loss_scale, grads)

    def run_step(self, x: jax.Array, y: jax.Array) -> AbstractTrainer:
        gradient_function = nnx.grad(self.scaled_loss, argnums=0)
        self._optimizer.update(self._model, self.unscale(gradient_function(self._model, x, y)))
        return self

    def evaluate(self, x: jax.Array, y: jax.Array) -> jax.Array:
        return self.loss(self._model, x, y)


class Bfloat16Trainer(AbstractTrainer):
    @staticmethod
    def _lower(model: nnx.Linear) -> nnx.Linear:
        graphdef, state = nnx.split(model)
        return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))

    def loss(self, model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
        difference = self._lower(model)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
        return jnp.mean(jnp.square(difference)).astype(jnp.float32)


def mixed_precision_step(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return Bfloat16Trainer(model, optax.sgd(lr), loss_scale).run_step(x, y).evaluate(x, y).reshape((1,))
