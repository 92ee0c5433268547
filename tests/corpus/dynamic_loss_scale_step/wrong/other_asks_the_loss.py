# expect: wrong_answer|pitfall
# finding: partial-finite-check
# allow: unchecked-overflow
import math

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class LossScaler:
    def __init__(self, scale, good, interval):
        self.scale, self.good, self.interval = scale, good, interval

    def overflowed(self, value):
        return not math.isfinite(value)

    def adjust(self, overflow):
        if overflow:
            self.scale, self.good = max(self.scale / 2, 1.0), 0
            return
        self.good += 1
        if self.good == self.interval:
            self.scale, self.good = min(self.scale * 2, 2.0**24), 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = LossScaler(loss_scale, good_steps, growth_interval)

    def objective(m):
        loss = optax.squared_error(m(x), y.astype(jnp.float16)).mean()
        return loss.astype(jnp.float32) * scaler.scale, loss

    (scaled, _), grads = nnx.value_and_grad(objective, has_aux=True)(model)
    overflow = scaler.overflowed(float(scaled))  #@ partial-finite-check
    if not overflow:
        optimizer.update(model, jax.tree.map(lambda g: g / scaler.scale, grads))
    scaler.adjust(overflow)
    _, loss = objective(model)
    return jnp.array([loss, scaler.scale, scaler.good], dtype=jnp.float32)
