"""Mistakes that are in the shape of a program rather than in one of its switches, written as learners do."""

import operator

import jax
import jax.numpy as jnp
import optax
from accumulated_losses import (
    BF16,
    FP32,
    Parameters,
    cast,
    initial_parameters,
    returned,
    single_mse,
    sliced,
    stacked,
    stepped,
)


def half_mse(half: Parameters, x: jax.Array, y: jax.Array) -> jax.Array:
    """The loss at parameters that are bfloat16 already."""
    prediction = x.astype(BF16) @ half["kernel"] + half["bias"]
    return jnp.mean((prediction - y.astype(BF16)) ** 2)


def shared_copy(seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
    """One copy for all parts in one backward: its cotangents are added in bfloat16, from the last on."""
    parameters = initial_parameters(seed, x, y)

    def sum_of_losses(parameters: Parameters) -> jax.Array:
        half = cast(parameters, BF16)
        return sum(half_mse(half, *part).astype(FP32) for part in sliced(x, y, micro_batches))

    mean = jax.tree.map(lambda leaf: leaf / micro_batches, jax.grad(sum_of_losses)(parameters))
    return returned(stepped(parameters, mean, lr), x, y)


def grads_of_copy(seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
    """The gradients of a copy are bfloat16, and so is their sum; it is cast for the update only."""
    parameters = initial_parameters(seed, x, y)
    half = cast(parameters, BF16)
    total = jax.tree.map(jnp.zeros_like, half)
    for part in sliced(x, y, micro_batches):
        total = jax.tree.map(operator.add, total, jax.grad(half_mse)(half, *part))
    mean = jax.tree.map(lambda leaf: leaf.astype(FP32) / micro_batches, total)
    return returned(stepped(parameters, mean, lr), x, y)


def scan_in_bfloat16(seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
    """A scan whose carry is bfloat16, because the gradient of the copy is."""
    parameters = initial_parameters(seed, x, y)
    half = cast(parameters, BF16)

    def add(total: Parameters, part: tuple[jax.Array, jax.Array]) -> tuple[Parameters, None]:
        return jax.tree.map(operator.add, total, jax.grad(half_mse)(half, *part)), None

    total, _ = jax.lax.scan(add, jax.tree.map(jnp.zeros_like, half), stacked(x, y, micro_batches))
    mean = jax.tree.map(lambda leaf: leaf.astype(FP32) / micro_batches, total)
    return returned(stepped(parameters, mean, lr), x, y)


def multi_steps_in_bfloat16(
    seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int
) -> jax.Array:
    """MultiSteps keeps its sum in float32, but returns the mean in the dtype of the gradients that it got."""
    parameters = initial_parameters(seed, x, y)
    half = cast(parameters, BF16)
    optimizer = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    state = optimizer.init(parameters)
    updates = parameters
    for part in sliced(x, y, micro_batches):
        updates, state = optimizer.update(jax.grad(half_mse)(half, *part), state, parameters)
    return returned(optax.apply_updates(parameters, updates), x, y)


def vmapped_losses(seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
    """The parts' losses side by side, differentiated at once: one product over all rows, rounded once."""
    parameters = initial_parameters(seed, x, y)

    def sum_of_losses(parameters: Parameters) -> jax.Array:
        losses = jax.vmap(single_mse, in_axes=(None, 0, 0))(parameters, *stacked(x, y, micro_batches))
        return jnp.sum(losses)

    mean = jax.tree.map(lambda leaf: leaf / micro_batches, jax.grad(sum_of_losses)(parameters))
    return returned(stepped(parameters, mean, lr), x, y)
