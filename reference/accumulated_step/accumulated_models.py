"""Right steps with a model and its optimizer."""

import operator
from functools import partial

import jax
import jax.numpy as jnp
import optax
from accumulated_losses import (
    BF16,
    FP32,
    Loss,
    Step,
    compute_copy,
    initial_parameters,
    model_mse,
    mse,
    new_layer,
    own_dtype_mse,
    registry,
    returned,
    sliced,
    stacked,
)
from flax import nnx

MODELS: dict[str, Step] = {}
style = registry(MODELS)


def _nnx_step(  # noqa: PLR0917 - the entry point's five, behind the loss
    loss: Loss, seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int, **options: object
) -> jax.Array:
    model = new_layer(seed, x, y, **options)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for inputs, targets in sliced(x, y, micro_batches):
        _, grads = nnx.value_and_grad(loss)(model, inputs, targets)
        total = jax.tree.map(jnp.add, total, grads)
    optimizer.update(model, jax.tree.map(lambda leaf: leaf / micro_batches, total))
    return loss(model, x, y).astype(FP32).reshape(1)


MODELS["nnx-optimizer"] = partial(_nnx_step, model_mse)
MODELS["layer-dtype"] = partial(_nnx_step, own_dtype_mse, dtype=BF16, param_dtype=FP32)


@style("multi-steps-optimizer")
def _multi_steps_optimizer(
    seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int
) -> jax.Array:
    """Every part is an update, of which all but the last one are zero: optax keeps the running mean."""
    model = new_layer(seed, x, y)
    optimizer = nnx.Optimizer(model, optax.MultiSteps(optax.sgd(lr), micro_batches), wrt=nnx.Param)
    for inputs, targets in sliced(x, y, micro_batches):
        optimizer.update(model, nnx.grad(model_mse)(model, inputs, targets))
    return model_mse(model, x, y).astype(FP32)[None]


@style("multi-steps-functional")
def _multi_steps_functional(
    seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int
) -> jax.Array:
    parameters = initial_parameters(seed, x, y)
    optimizer = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    state = optimizer.init(parameters)
    for inputs, targets in sliced(x, y, micro_batches):
        updates, state = optimizer.update(jax.grad(mse)(parameters, inputs, targets), state, parameters)
        parameters = optax.apply_updates(parameters, updates)
    return returned(parameters, x, y)


@style("optax-divides")
def _optax_divides(seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
    model = new_layer(seed, x, y)
    chain = optax.chain(optax.scale(1 / micro_batches), optax.sgd(lr))
    optimizer = nnx.Optimizer(model, chain, wrt=nnx.Param)
    parts = [nnx.grad(model_mse)(model, *part) for part in sliced(x, y, micro_batches)]
    optimizer.update(model, jax.tree.map(lambda *leaves: sum(leaves), *parts))
    return model_mse(model, x, y).astype(FP32).reshape(1)


@style("divided-rate")
def _divided_rate(seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
    """The sum is applied with a rate that is divided in place of it."""
    model = new_layer(seed, x, y)
    optimizer = nnx.Optimizer(model, optax.sgd(lr / micro_batches), wrt=nnx.Param)
    total = None
    for inputs, targets in sliced(x, y, micro_batches):
        grads = nnx.grad(model_mse)(model, inputs, targets)
        total = grads if total is None else jax.tree.map(operator.add, total, grads)
    optimizer.update(model, total)
    return model_mse(model, x, y).astype(FP32).reshape(1)


@style("in-place")
def _in_place(seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
    model = new_layer(seed, x, y)
    kernel, bias = jnp.zeros_like(model.kernel[...]), jnp.zeros_like(model.bias[...])
    for inputs, targets in sliced(x, y, micro_batches):
        grads = nnx.grad(model_mse)(model, inputs, targets)
        kernel += grads.kernel[...]
        bias += grads.bias[...]
    model.kernel[...] -= lr * kernel / micro_batches
    model.bias[...] -= lr * bias / micro_batches
    return model_mse(model, x, y).astype(FP32).reshape(1)


@style("grads-of-compute-copy")
def _grads_of_compute_copy(
    seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int
) -> jax.Array:
    """Differentiates with respect to the bfloat16 copy; each part's gradient is cast before it is added."""
    model = new_layer(seed, x, y)
    half = compute_copy(model)
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))

    def loss_fn(half: nnx.Linear, inputs: jax.Array, targets: jax.Array) -> jax.Array:
        return jnp.mean((half(inputs) - targets) ** 2)

    for inputs, targets in sliced(x.astype(BF16), y.astype(BF16), micro_batches):
        grads = nnx.grad(loss_fn)(half, inputs, targets)
        total = jax.tree.map(lambda so_far, grad: so_far + grad.astype(FP32), total, grads)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(model, jax.tree.map(lambda leaf: leaf / micro_batches, total))
    return model_mse(model, x, y).astype(FP32).reshape(1)


@style("nnx-scan")
def _nnx_scan(seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
    model = new_layer(seed, x, y)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    @nnx.scan(in_axes=(nnx.Carry, None, 0, 0), out_axes=nnx.Carry)
    def accumulate(total: nnx.State, model: nnx.Linear, inputs: jax.Array, targets: jax.Array) -> nnx.State:
        grads = nnx.grad(model_mse)(model, inputs, targets)
        return jax.tree.map(jnp.add, total, grads)

    zeros = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    total = accumulate(zeros, model, *stacked(x, y, micro_batches))
    optimizer.update(model, jax.tree.map(lambda leaf: leaf / micro_batches, total))
    return model_mse(model, x, y).astype(FP32).reshape(1)


@nnx.jit  # type: ignore[untyped-decorator]  # flax is not followed
def _jitted_grads(model: nnx.Linear, inputs: jax.Array, targets: jax.Array) -> nnx.State:
    return nnx.grad(model_mse)(model, inputs, targets)


@style("jitted-inner")
def _jitted_inner(seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
    model = new_layer(seed, x, y)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = [_jitted_grads(model, *part) for part in sliced(x, y, micro_batches)]
    mean = jax.tree.map(lambda *leaves: jnp.stack(leaves).mean(axis=0), *grads)
    optimizer.update(model, mean)
    return model_mse(model, x, y).astype(FP32).reshape(1)
