# expect: pitfall|wrong_answer
# finding: missing-loss-scale
"""Loss scaling can be toggled with ``enabled`` (useful on bf16 hardware)."""
from __future__ import annotations

import dataclasses
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass(frozen=True)
class LossScaler:
    loss_scale: float
    enabled: bool = False  #@ missing-loss-scale

    @property
    def factor(self) -> float:
        return self.loss_scale if self.enabled else 1.0

    def scale(self, loss: jax.Array) -> jax.Array:
        return loss.astype(jnp.float32) * self.factor  #@ missing-loss-scale

    def unscale(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.factor, grads)


def mixed_precision_step(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    scaler = LossScaler(loss_scale)  #@ missing-loss-scale
    model = nnx.Linear(x.shape[-1], y.shape[-1], dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def mse(model: nnx.Linear) -> jax.Array:
        return jnp.mean(jnp.square(model(x) - y.astype(jnp.bfloat16)))

    @nnx.jit
    def train_step(model, optimizer):
        grads = nnx.grad(lambda m: scaler.scale(mse(m)))(model)  #@ missing-loss-scale
        optimizer.update(model, scaler.unscale(grads))

    train_step(model, optimizer)
    return mse(model).astype(jnp.float32)[None]
