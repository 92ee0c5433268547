# expect: accepted
"""Production-quality mixed-precision training step.

Provides a ``PrecisionPolicy``, a pluggable ``LossScaler`` hierarchy and an
optimizer registry.
"""
from __future__ import annotations

import abc
import logging
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Tuple, Type

import jax
import jax.numpy as jnp
import optax
from flax import nnx

logger = logging.getLogger(__name__)
PyTree = Any


@dataclass(frozen=True)
class PrecisionPolicy:
    """Which dtype is used where (jmp style)."""

    param_dtype: Any = jnp.float32
    compute_dtype: Any = jnp.bfloat16
    output_dtype: Any = jnp.float32

    def _cast(self, tree: PyTree, dtype: Any) -> PyTree:
        def go(leaf):
            if isinstance(leaf, jax.Array) and jnp.issubdtype(leaf.dtype, jnp.floating):
                return leaf.astype(dtype)
            return leaf
        return jax.tree.map(go, tree)

    def cast_to_compute(self, tree: PyTree) -> PyTree:
        return self._cast(tree, self.compute_dtype)

    def cast_to_param(self, tree: PyTree) -> PyTree:
        return self._cast(tree, self.param_dtype)

    def cast_to_output(self, tree: PyTree) -> PyTree:
        return self._cast(tree, self.output_dtype)


class LossScaler(abc.ABC):
    @abc.abstractmethod
    def scale(self, loss: jax.Array) -> jax.Array: ...

    @abc.abstractmethod
    def unscale(self, grads: PyTree) -> PyTree: ...


SCALERS: Dict[str, Type[LossScaler]] = {}
OPTIMIZERS: Dict[str, Callable[..., optax.GradientTransformation]] = {"sgd": optax.sgd}


def register_scaler(name: str) -> Callable[[Type[LossScaler]], Type[LossScaler]]:
    def wrap(cls: Type[LossScaler]) -> Type[LossScaler]:
        SCALERS[name] = cls
        return cls
    return wrap


@register_scaler("noop")
@dataclass
class NoOpLossScaler(LossScaler):
    value: float

    def scale(self, loss):
        return loss

    def unscale(self, grads):
        return grads


@register_scaler("static")
@dataclass
class StaticLossScaler(LossScaler):
    value: float

    def scale(self, loss):
        return loss.astype(jnp.float32) * self.value

    def unscale(self, grads):
        inv = 1.0 / self.value
        return jax.tree.map(lambda g: g.astype(jnp.float32) * inv, grads)


@dataclass
class TrainConfig:
    learning_rate: float
    loss_scale: float
    scaler: str = "static"
    optimizer: str = "sgd"
    policy: PrecisionPolicy = field(default_factory=PrecisionPolicy)


class Trainer:
    def __init__(self, config: TrainConfig, graphdef, params: PyTree) -> None:
        self.cfg = config
        self.graphdef = graphdef
        self.params = config.policy.cast_to_param(params)
        self.tx = OPTIMIZERS[config.optimizer](config.learning_rate)
        self.opt_state = self.tx.init(self.params)
        self.scaler = SCALERS[config.scaler](config.loss_scale)

    def loss(self, params: PyTree, batch: Tuple[jax.Array, jax.Array]) -> jax.Array:
        params, (x, y) = self.cfg.policy.cast_to_compute((params, batch))
        pred = nnx.merge(self.graphdef, params)(x)
        return jnp.mean(jnp.square(pred - y))

    def train_step(self, batch) -> None:
        scaled = lambda p: self.scaler.scale(self.loss(p, batch))
        value, grads = jax.value_and_grad(scaled)(self.params)
        grads = self.scaler.unscale(grads)
        logger.debug("scaled loss %s", value)
        updates, self.opt_state = self.tx.update(grads, self.opt_state, self.params)
        self.params = optax.apply_updates(self.params, updates)

    def evaluate(self, batch) -> jax.Array:
        return self.cfg.policy.cast_to_output(self.loss(self.params, batch))


def mixed_precision_step(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    trainer = Trainer(TrainConfig(lr, loss_scale), graphdef, params)
    trainer.train_step((x, y))
    return jnp.reshape(trainer.evaluate((x, y)), (1,))
