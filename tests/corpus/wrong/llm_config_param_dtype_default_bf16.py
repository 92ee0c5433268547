# expect: pitfall|wrong_answer
# finding: master-downcast
"""Mixed precision training step driven by an immutable configuration object."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass(frozen=True, slots=True)
class PrecisionConfig:
    """Precision settings. All defaults follow current best practice."""

    param_dtype: Any = jnp.bfloat16  #@ master-downcast
    compute_dtype: Any = jnp.bfloat16
    accum_dtype: Any = jnp.float32


@dataclass(frozen=True, slots=True)
class StepConfig:
    learning_rate: float
    loss_scale: float
    precision: PrecisionConfig = PrecisionConfig()


def build_model(cfg: StepConfig, d_in: int, d_out: int, seed: int) -> nnx.Linear:
    return nnx.Linear(d_in, d_out, dtype=cfg.precision.compute_dtype, param_dtype=cfg.precision.param_dtype, rngs=nnx.Rngs(seed))  #@ master-downcast


def compute_loss(model: nnx.Linear, x: jax.Array, y: jax.Array, cfg: StepConfig) -> jax.Array:
    pred = model(x.astype(cfg.precision.compute_dtype))
    residual = pred - y.astype(cfg.precision.compute_dtype)
    return jnp.mean(jnp.square(residual))


def mixed_precision_step(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    cfg = StepConfig(learning_rate=lr, loss_scale=loss_scale)
    model = build_model(cfg, x.shape[-1], y.shape[-1], int(seed))
    optimizer = nnx.Optimizer(model, optax.sgd(cfg.learning_rate), wrt=nnx.Param)

    def scaled_loss(m: nnx.Linear) -> jax.Array:
        return compute_loss(m, x, y, cfg).astype(cfg.precision.accum_dtype) * cfg.loss_scale

    grads = nnx.grad(scaled_loss)(model)
    grads = jax.tree.map(lambda g: g.astype(cfg.precision.accum_dtype) / cfg.loss_scale, grads)
    optimizer.update(model, grads)
    final = compute_loss(model, x, y, cfg)
    return jnp.reshape(final.astype(jnp.float32), (1,))
