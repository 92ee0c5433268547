"""Right steps whose scale is an object of its own, as the libraries have it."""

from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training import dynamic_scale
from loss_scale_losses import (
    FP32,
    Parameters,
    cast,
    initial_parameters,
    mse,
    new_layer,
    residual,
    scaled_grads,
)
from loss_scale_state import (
    LARGEST,
    SMALLEST,
    Given,
    Step,
    all_of_stack,
    by_if,
    by_modulo,
    in_python,
    packed,
    registry,
    tree_reduce,
)

OBJECTS: dict[str, Step] = {}
style = registry(OBJECTS)


class _GradScaler:
    """In the manner of torch: unscales, steps and updates itself, and remembers what it has seen."""

    def __init__(self, scale: float, good_steps: int, interval: int) -> None:
        self.value, self.good_steps, self.interval = scale, good_steps, interval
        self.found_inf = False

    def scale(self, loss: jax.Array) -> jax.Array:
        return loss.astype(FP32) * self.value

    def unscale_(self, grads: Any) -> Any:  # noqa: ANN401 - a tree
        grads = jax.tree.map(lambda grad: grad.astype(FP32) * (1.0 / self.value), grads)
        self.found_inf = not in_python(grads)
        return grads

    def step(self, optimizer: nnx.Optimizer, model: nnx.Linear, grads: Any) -> None:  # noqa: ANN401 - a tree
        if not self.found_inf:
            optimizer.update(model, grads)

    def update(self) -> None:
        self.value, self.good_steps = by_if(not self.found_inf, self.value, self.good_steps, self.interval)


@style("scaler-object")
def _scaler_object(given: Given) -> jax.Array:
    seed, x, y, lr, loss_scale, good_steps, interval = given
    model = new_layer(seed, x, y)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = _GradScaler(loss_scale, good_steps, interval)

    def loss_fn(model: nnx.Linear) -> jax.Array:
        return scaler.scale(jnp.mean(residual(model, x, y) ** 2))

    grads = scaler.unscale_(nnx.grad(loss_fn)(model))
    scaler.step(optimizer, model, grads)
    scaler.update()
    return packed(jnp.mean(residual(model, x, y) ** 2), scaler.value, scaler.good_steps)


class _DynamicLossScale(NamedTuple):
    """In the manner of jmp: a tree that `adjust` makes a new one of."""

    loss_scale: jax.Array
    counter: jax.Array
    period: int

    def scale(self, tree: Any) -> Any:  # noqa: ANN401 - a tree
        return jax.tree.map(lambda leaf: leaf * self.loss_scale.astype(leaf.dtype), tree)

    def unscale(self, tree: Any) -> Any:  # noqa: ANN401 - a tree
        return jax.tree.map(lambda leaf: leaf * (1 / self.loss_scale).astype(leaf.dtype), tree)

    def adjust(self, finite: jax.Array) -> "_DynamicLossScale":
        scale, counter = by_modulo(finite, self.loss_scale, self.counter, self.period)
        return _DynamicLossScale(scale, counter, self.period)


@style("jmp-like")
def _jmp_like(given: Given) -> jax.Array:
    seed, x, y, lr, loss_scale, good_steps, interval = given
    old = initial_parameters(seed, x, y)
    state = _DynamicLossScale(jnp.float32(loss_scale), jnp.int32(good_steps), interval)
    grads = jax.grad(lambda parameters: state.scale(mse(parameters, x, y).astype(FP32)))(old)
    grads = state.unscale(cast(grads, FP32))
    finite = tree_reduce(grads)
    optimizer = optax.sgd(lr)
    updates, _ = optimizer.update(grads, optimizer.init(old))
    new = jax.tree.map(partial(jnp.where, finite), optax.apply_updates(old, updates), old)
    state = state.adjust(finite)
    return packed(mse(new, x, y), state.loss_scale, state.counter)


@style("flax-dynamic-scale")
def _flax_dynamic_scale(given: Given) -> jax.Array:
    """The class of flax grows one step later than asked: its interval is one less. It has no cap."""
    seed, x, y, lr, loss_scale, good_steps, interval = given
    old = initial_parameters(seed, x, y)
    scaler = dynamic_scale.DynamicScale(
        growth_interval=interval - 1, fin_steps=good_steps, scale=loss_scale, minimum_scale=SMALLEST
    )
    found = scaler.value_and_grad(lambda parameters: mse(parameters, x, y).astype(FP32))(old)
    scaler, finite, _, grads = found.dynamic_scale, found.finite, found.aux, found.grad
    new = jax.tree.map(lambda value, grad: jnp.where(finite, value - lr * grad, value), old, grads)
    return packed(mse(new, x, y), jnp.minimum(scaler.scale, LARGEST), scaler.fin_steps)


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class _TrainState:
    parameters: Parameters
    scale: jax.Array
    count: jax.Array


@style("train-state")
def _train_state(given: Given) -> jax.Array:
    """The whole state in one tree, and the whole choice in one `tree.map`."""
    seed, x, y, lr, loss_scale, good_steps, interval = given
    state = _TrainState(initial_parameters(seed, x, y), jnp.float32(loss_scale), jnp.int32(good_steps))
    _, grads = scaled_grads(state.parameters, x, y, state.scale)
    grads = jax.tree.map(lambda grad: grad / state.scale, grads)
    full = state.count + 1 >= interval
    good = _TrainState(
        jax.tree.map(lambda value, grad: value - lr * grad, state.parameters, grads),
        jnp.where(full, jnp.minimum(state.scale * 2, LARGEST), state.scale),
        jnp.where(full, 0, state.count + 1),
    )
    overflow = _TrainState(state.parameters, jnp.maximum(state.scale / 2, SMALLEST), jnp.int32(0))
    state = jax.tree.map(partial(jnp.where, all_of_stack(grads)), good, overflow)
    return packed(mse(state.parameters, x, y), state.scale, state.count)
