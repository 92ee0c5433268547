# expect: wrong_answer
from abc import ABC, abstractmethod

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Scaler(ABC):
    @abstractmethod
    def scale(self, loss): ...

    @abstractmethod
    def unscale(self, grads): ...

    @abstractmethod
    def update(self, finite): ...


class DynamicScaler(Scaler):
    def __init__(self, value, streak, interval):
        self.value, self.streak, self.interval = value, streak, interval

    def scale(self, loss):
        return loss.astype(jnp.float32) * self.value

    def unscale(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.value, grads)

    def update(self, finite):
        if not finite:
            self.value, self.streak = max(self.value * 0.5, 1.0), 0
            return finite
        self.streak += 1
        if self.streak == self.interval:
            self.value, self.streak = min(self.value * 2.0, 2.0**24), 0
        return finite


class MixedPrecisionTrainer:
    def __init__(self, model, tx, scaler):
        self.model = model
        self.optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)
        self.scaler = scaler

    def _half(self):
        graphdef, state = nnx.split(self.model)
        return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), state))

    def loss(self, model, x, y):
        return jnp.mean((model(x) - y) ** 2)

    def step(self, x, y):
        grads = nnx.grad(lambda m: self.scaler.scale(self.loss(m, x, y)))(self._half())
        finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
        if self.scaler.update(finite):
            self.optimizer.update(self.model, self.scaler.unscale(grads))

    def metrics(self, x, y):
        loss = self.loss(self._half(), x, y).astype(jnp.float32)
        return jnp.array([loss, self.scaler.value, self.scaler.streak], dtype=jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    scaler = DynamicScaler(loss_scale, good_steps, growth_interval)
    trainer = MixedPrecisionTrainer(model, optax.sgd(lr), scaler)
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    trainer.step(x, y)
    return trainer.metrics(x, y)
