# expect: pitfall|wrong_answer
# finding: scale-not-reduced
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass
class LossScaler:
    scale: float
    good_steps: int
    growth_interval: int
    min_scale: float | None = None
    max_scale: float = 2.0**24

    def __post_init__(self):
        if self.min_scale is None:
            self.min_scale = self.scale  #@ scale-not-reduced

    def update(self, finite: bool):
        if not finite:
            self.scale = max(self.scale / 2.0, self.min_scale)  #@ scale-not-reduced
            self.good_steps = 0
            return
        self.good_steps += 1
        if self.good_steps >= self.growth_interval:
            self.scale = min(self.scale * 2.0, self.max_scale)
            self.good_steps = 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = LossScaler(loss_scale, good_steps, growth_interval)  #@ scale-not-reduced

    def loss_fn(m):
        k, b = m.kernel[...].astype(jnp.float16), m.bias[...].astype(jnp.float16)
        err = x.astype(jnp.float16) @ k + b - y.astype(jnp.float16)
        return jnp.mean(err**2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * scaler.scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scaler.scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        opt.update(model, grads)
    scaler.update(finite)
    return jnp.array([loss_fn(model), scaler.scale, scaler.good_steps], dtype=jnp.float32)
