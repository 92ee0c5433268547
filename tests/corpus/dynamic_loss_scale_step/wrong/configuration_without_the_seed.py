# expect: wrong_answer
# finding: seed-ignored
# finding: count-not-reset
from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass
class ModelConfig:
    din: int
    dout: int
    seed: int = 0
    dtype: jnp.dtype = jnp.float16

    def build(self) -> nnx.Linear:
        return nnx.Linear(self.din, self.dout, dtype=self.dtype, rngs=nnx.Rngs(self.seed))


@dataclass
class LossScale:
    scale: float
    good_steps: int
    growth_interval: int
    bounds: tuple[float, float] = field(default=(1.0, 2.0**24))

    def succeeded(self):
        self.good_steps += 1
        if self.good_steps % self.growth_interval == 0:  #@ count-not-reset
            self.scale = min(self.scale * 2.0, self.bounds[1])  #@ count-not-reset

    def failed(self):
        self.good_steps = 0
        self.scale = max(self.scale * 0.5, self.bounds[0])


def loss_fn(model, batch):
    x, y = batch
    return jnp.mean(jnp.square(model(x) - y))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    config = ModelConfig(din=x.shape[1], dout=y.shape[1])  #@ seed-ignored
    model = config.build()
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = LossScale(loss_scale, good_steps, growth_interval)
    batch = jax.tree.map(lambda a: a.astype(config.dtype), (x, y))

    grads = nnx.grad(lambda m: loss_fn(m, batch).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    if jax.tree.reduce(lambda acc, g: acc and bool(jnp.isfinite(g).all()), grads, True):
        optimizer.update(model, grads)
        scaler.succeeded()
    else:
        scaler.failed()

    loss = loss_fn(model, batch).astype(jnp.float32)
    return jnp.array([loss, scaler.scale, scaler.good_steps], dtype=jnp.float32)
