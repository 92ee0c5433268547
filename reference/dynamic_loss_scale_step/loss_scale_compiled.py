"""Right steps that are compiled, whole or in part: with all numbers as arguments, or some as constants."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from loss_scale_losses import (
    FP32,
    Parameters,
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
    by_factor,
    by_if,
    packed,
    registry,
    tree_reduce,
    where_step,
)

COMPILED: dict[str, Step] = {}
style = registry(COMPILED)


@jax.jit  # type: ignore[untyped-decorator]  # jax is not followed
def _whole_step(*arguments: jax.Array) -> jax.Array:
    return where_step(all_of_stack, Given(*arguments))


@style("jitted-whole")
def _jitted_whole(given: Given) -> jax.Array:
    return _whole_step(*given)


@partial(jax.jit, static_argnums=(5, 6))
def _static_step(  # noqa: PLR0917 - the entry point's
    parameters: Parameters,
    x: jax.Array,
    y: jax.Array,
    lr: jax.Array,
    loss_scale: jax.Array,
    good_steps: int,
    interval: int,
) -> jax.Array:
    """Count and interval are Python numbers while it is compiled: whether the scale may grow is known."""
    _, grads = scaled_grads(parameters, x, y, loss_scale)
    finite = all_of_stack(grads)
    full = good_steps + 1 == interval
    good = (
        jax.tree.map(lambda value, grad: value - lr * (grad / loss_scale), parameters, grads),
        jnp.minimum(loss_scale * 2, LARGEST) if full else loss_scale,
        0 if full else good_steps + 1,
    )
    overflow = (parameters, jnp.maximum(loss_scale / 2, SMALLEST), 0)
    new, scale, count = jax.tree.map(
        lambda one, other: jax.lax.select(finite, one, other),
        *map(partial(jax.tree.map, jnp.asarray), (good, overflow)),
    )
    return packed(mse(new, x, y), scale, count)


@style("jitted-static")
def _jitted_static(given: Given) -> jax.Array:
    seed, x, y, lr, loss_scale, good_steps, interval = given
    parameters = initial_parameters(seed, x, y)
    return _static_step(parameters, x, y, lr, loss_scale, int(good_steps), int(interval))


@nnx.jit  # type: ignore[untyped-decorator]  # flax is not followed
def _train_step(
    model: nnx.Linear, x: jax.Array, y: jax.Array, lr: jax.Array, loss_scale: jax.Array
) -> tuple[jax.Array, jax.Array]:
    grads = nnx.grad(lambda model: jnp.mean(residual(model, x, y) ** 2).astype(FP32) * loss_scale)(model)
    grads = jax.tree.map(lambda grad: grad.astype(FP32) / loss_scale, grads)
    finite = all_of_stack(grads)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(model, jax.tree.map(lambda grad: jnp.where(finite, grad, jnp.zeros_like(grad)), grads))
    return jnp.mean(residual(model, x, y) ** 2), finite


@style("jitted-nnx")
def _jitted_nnx(given: Given) -> jax.Array:
    """The model is compiled, the scale is kept in Python."""
    seed, x, y, lr, loss_scale, good_steps, interval = given
    loss, finite = _train_step(new_layer(seed, x, y), x, y, lr, loss_scale)
    scale, count = by_if(finite, loss_scale, good_steps, interval)
    return np.array([loss, scale, count], np.float32)


@jax.jit  # type: ignore[untyped-decorator]  # jax is not followed
def _cond_step(  # noqa: PLR0917 - the entry point's
    parameters: Parameters,
    x: jax.Array,
    y: jax.Array,
    lr: jax.Array,
    loss_scale: jax.Array,
    good_steps: jax.Array,
    interval: jax.Array,
) -> jax.Array:
    _, grads = scaled_grads(parameters, x, y, loss_scale)
    grads = jax.tree.map(lambda grad: grad * (1 / loss_scale), grads)
    finite = tree_reduce(grads)
    optimizer = optax.sgd(lr)

    def update(parameters: Parameters) -> Parameters:
        updates, _ = optimizer.update(grads, optimizer.init(parameters))
        return optax.apply_updates(parameters, updates)

    new = jax.lax.cond(finite, update, lambda parameters: parameters, parameters)
    return packed(mse(new, x, y), *by_factor(finite, loss_scale, good_steps, interval))


@style("jitted-cond")
def _jitted_cond(given: Given) -> jax.Array:
    seed, x, y, *numbers = given
    return _cond_step(initial_parameters(seed, x, y), x, y, *numbers)
