# expect: pitfall|wrong_answer
# finding: seed-ignored
from __future__ import annotations

import dataclasses
from typing import Callable, Dict
import jax
import jax.numpy as jnp
import optax
from flax import nnx

MODEL_REGISTRY: Dict[str, Callable[..., nnx.Module]] = {}


def register(name: str):
    def deco(fn):
        MODEL_REGISTRY[name] = fn
        return fn
    return deco


@dataclasses.dataclass
class ExperimentConfig:
    input_dim: int
    output_dim: int
    learning_rate: float
    loss_scale: float
    seed: float = 0.0  #@ seed-ignored
    model_name: str = "linear"


@register("linear")
def build_linear(cfg: ExperimentConfig) -> nnx.Linear:
    return nnx.Linear(cfg.input_dim, cfg.output_dim, dtype=jnp.bfloat16, rngs=nnx.Rngs(int(cfg.seed)))  #@ seed-ignored


def mse(model: nnx.Module, x: jax.Array, y: jax.Array) -> jax.Array:
    return jnp.mean(jnp.square(model(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    cfg = ExperimentConfig(x.shape[-1], y.shape[-1], lr, loss_scale)  #@ seed-ignored
    model = MODEL_REGISTRY[cfg.model_name](cfg)
    optimizer = nnx.Optimizer(model, optax.sgd(cfg.learning_rate), wrt=nnx.Param)
    grads = nnx.grad(lambda m: mse(m, x, y).astype(jnp.float32) * cfg.loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / cfg.loss_scale, grads)
    optimizer.update(model, grads)
    return mse(model, x, y).astype(jnp.float32).reshape((1,))
