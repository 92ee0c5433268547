# expect: wrong_answer
# finding: scale-not-reduced
# finding: scale-not-grown
import dataclasses

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass
class DynamicScale:
    scale: float
    good_steps: int
    growth_interval: int

    def multiply(self, loss):
        return loss.astype(jnp.float32) * self.scale

    def divide(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.scale, grads)

    def adjust(self, finite):
        self.good_steps = self.good_steps + 1 if finite else 0
        if not finite:
            scale = max(self.scale / 2.0, 1.0)  #@ scale-not-reduced
        elif self.good_steps >= self.growth_interval:
            scale = min(self.scale * 2.0, 2.0**24)  #@ scale-not-grown
            self.good_steps = 0


@dataclasses.dataclass
class Learner:
    model: nnx.Linear
    optimizer: nnx.Optimizer
    scaler: DynamicScale

    def half_model(self):
        graphdef, state = nnx.split(self.model)
        return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), state))

    @staticmethod
    def loss(model, x, y):
        return jnp.square(model(x) - y).mean()

    def fit(self, x, y):
        grads = nnx.grad(lambda m: self.scaler.multiply(self.loss(m, x, y)))(self.half_model())
        grads = self.scaler.divide(grads)
        finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
        if finite:
            self.optimizer.update(self.model, grads)
        self.scaler.adjust(finite)
        return self

    def report(self, x, y):
        loss = self.loss(self.half_model(), x, y).astype(jnp.float32)
        return jnp.array([loss, self.scaler.scale, self.scaler.good_steps], dtype=jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    learner = Learner(
        model=model,
        optimizer=nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param),
        scaler=DynamicScale(loss_scale, good_steps, growth_interval),
    )
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    return learner.fit(x, y).report(x, y)
