"""Right steps in other styles than the reference: none of them may come near to rejection.

Each takes and returns what the reference's `dynamic_loss_scale_step` does. The jitted ones are right under
`--xla_allow_excess_precision=false` only, as all submissions are run: without it XLA leaves out roundings.
"""

from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx
from loss_scale_compiled import COMPILED
from loss_scale_forms import FORMS
from loss_scale_losses import (
    FP16,
    FP32,
    Parameters,
    compute_copy,
    initial_parameters,
    mse,
    new_layer,
    prediction,
    residual,
    scaled_grads,
)
from loss_scale_objects import OBJECTS
from loss_scale_state import (
    LARGEST,
    SMALLEST,
    Given,
    Step,
    all_of_stack,
    by_factor,
    by_if,
    by_modulo,
    by_where,
    in_python,
    of_largest,
    packed,
    registry,
    tree_reduce,
)

CORRECT: dict[str, Step] = dict(FORMS)
style = registry(CORRECT)

# --- how the update is left out ----------------------------------------------------------------------


@style("cond")
def _cond(given: Given) -> jax.Array:
    """Everything that depends on the check is in one of two branches."""
    seed, x, y, lr, loss_scale, good_steps, interval = given
    old = initial_parameters(seed, x, y)
    _, grads = scaled_grads(old, x, y, loss_scale)

    def good(grads: Parameters) -> tuple[Parameters, jax.Array, jax.Array]:
        new = jax.tree.map(lambda value, grad: value - lr * (grad / loss_scale), old, grads)
        if good_steps + 1 >= interval:
            return new, jnp.float32(min(2 * loss_scale, LARGEST)), jnp.int32(0)
        return new, jnp.float32(loss_scale), jnp.int32(good_steps + 1)

    def overflow(_: Parameters) -> tuple[Parameters, jax.Array, jax.Array]:
        return old, jnp.float32(max(loss_scale / 2, SMALLEST)), jnp.int32(0)

    new, scale, count = jax.lax.cond(all_of_stack(grads), good, overflow, grads)
    return packed(mse(new, x, y), scale, count)


@style("check-before-unscaling")
def _check_before_unscaling(given: Given) -> jax.Array:
    """The same answer as after it: a scale of 1 or more makes nothing larger, and inf stays inf."""
    seed, x, y, lr, loss_scale, good_steps, interval = given
    old = initial_parameters(seed, x, y)
    _, grads = scaled_grads(old, x, y, loss_scale)
    finite = all_of_stack(grads)
    inverse = 1.0 / loss_scale
    new = {name: jnp.where(finite, old[name] - lr * (grads[name] * inverse), old[name]) for name in old}
    return packed(mse(new, x, y), *by_factor(finite, loss_scale, good_steps, interval))


@style("zeroed-grads")
def _zeroed_grads(given: Given) -> jax.Array:
    """Chosen, not multiplied: for plain SGD grads of 0 leave the parameters as they are."""
    seed, x, y, lr, loss_scale, good_steps, interval = given
    model = new_layer(seed, x, y)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(lambda model: jnp.mean(residual(model, x, y) ** 2).astype(FP32) * loss_scale)(model)
    finite = tree_reduce(grads)
    optimizer.update(model, jax.tree.map(lambda grad: jnp.where(finite, grad / loss_scale, 0.0), grads))
    loss = jnp.mean(residual(model, x, y) ** 2)
    return packed(loss, *by_where(finite, loss_scale, good_steps, interval))


@style("selected-state")
def _selected_state(given: Given) -> jax.Array:
    """Updates a clone, and takes its parameters or those of the model."""
    seed, x, y, lr, loss_scale, good_steps, interval = given
    model = new_layer(seed, x, y)
    moved = nnx.clone(model)
    optimizer = nnx.Optimizer(moved, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(lambda model: jnp.mean(residual(model, x, y) ** 2).astype(FP32) * loss_scale)(model)
    grads = jax.tree.map(lambda grad: grad / loss_scale, grads)
    optimizer.update(moved, grads)
    finite = all_of_stack(grads)
    chosen = jax.tree.map(
        partial(jnp.where, finite), nnx.state(moved, nnx.Param), nnx.state(model, nnx.Param)
    )
    nnx.update(model, chosen)
    loss = jnp.mean(residual(model, x, y) ** 2)
    return packed(loss, *by_modulo(finite, loss_scale, good_steps, interval))


@style("in-place")
def _in_place(given: Given) -> jax.Array:
    seed, x, y, lr, loss_scale, good_steps, interval = given
    model = new_layer(seed, x, y)
    grads = nnx.grad(lambda model: jnp.mean(residual(model, x, y) ** 2).astype(FP32) * loss_scale)(model)
    finite = jnp.isfinite(grads.kernel[...]).all() and jnp.isfinite(grads.bias[...]).all()
    if finite:
        model.kernel[...] -= lr * grads.kernel[...] / loss_scale
        model.bias[...] -= lr * grads.bias[...] / loss_scale
        good_steps += 1
        if good_steps == interval:
            loss_scale, good_steps = min(loss_scale * 2, LARGEST), 0
    else:
        loss_scale, good_steps = max(loss_scale * 0.5, SMALLEST), 0
    loss = jnp.mean(residual(model, x, y) ** 2)
    return jnp.array([loss, loss_scale, good_steps], FP32)


@style("apply-if-finite")
def _apply_if_finite(given: Given) -> jax.Array:
    """Optax leaves the update out by itself; its state says whether it did."""
    seed, x, y, lr, loss_scale, good_steps, interval = given
    old = initial_parameters(seed, x, y)
    optimizer = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=5)
    _, grads = scaled_grads(old, x, y, loss_scale)
    grads = jax.tree.map(lambda grad: grad / loss_scale, grads)
    updates, state = optimizer.update(grads, optimizer.init(old), old)
    new = optax.apply_updates(old, updates)
    return packed(mse(new, x, y), *by_where(state.last_finite, loss_scale, good_steps, interval))


@style("optax-chain")
def _optax_chain(given: Given) -> jax.Array:
    """The scale is divided out in the chain, and the check is before it."""
    seed, x, y, lr, loss_scale, good_steps, interval = given
    model = new_layer(seed, x, y)
    chain = optax.chain(optax.scale(1 / loss_scale), optax.sgd(lr))
    optimizer = nnx.Optimizer(model, chain, wrt=nnx.Param)
    grads = nnx.grad(lambda model: jnp.mean(residual(model, x, y) ** 2).astype(FP32) * loss_scale)(model)
    finite = in_python(grads)
    if finite:
        optimizer.update(model, grads)
    scale, count = by_if(finite, loss_scale, good_steps, interval)
    loss = jnp.mean(residual(model, x, y) ** 2).astype(FP32)
    return jnp.concatenate([loss[None], jnp.array([scale, count], FP32)])


@style("unscaled-by-lr")
def _unscaled_by_lr(given: Given) -> jax.Array:
    seed, x, y, lr, loss_scale, good_steps, interval = given
    old = initial_parameters(seed, x, y)
    _, grads = scaled_grads(old, x, y, loss_scale)
    finite = of_largest(grads)
    updates = jax.tree.map(lambda grad: jnp.where(finite, -(lr / loss_scale) * grad, 0), grads)
    new = optax.apply_updates(old, updates)
    return packed(mse(new, x, y), *by_modulo(finite, loss_scale, good_steps, interval))


@style("scaled-cotangent")
def _scaled_cotangent(given: Given) -> jax.Array:
    seed, x, y, lr, loss_scale, good_steps, interval = given
    old = initial_parameters(seed, x, y)
    _, pullback = jax.vjp(lambda parameters: mse(parameters, x, y).astype(FP32), old)
    (grads,) = pullback(jnp.float32(loss_scale))
    finite = all_of_stack(grads)
    new = {name: jnp.where(finite, old[name] - lr * (grads[name] / loss_scale), old[name]) for name in old}
    return packed(mse(new, x, y), *by_where(finite, loss_scale, good_steps, interval))


@style("grads-of-compute-copy")
def _grads_of_compute_copy(given: Given) -> jax.Array:
    """Differentiates with respect to the float16 copy, and asks its float16 grads whether they are finite."""
    seed, x, y, lr, loss_scale, good_steps, interval = given
    model = new_layer(seed, x, y)
    grads = nnx.grad(
        lambda half: jnp.mean((half(x.astype(FP16)) - y.astype(FP16)) ** 2).astype(FP32) * loss_scale
    )(compute_copy(model))
    finite = in_python(grads)
    if finite:
        optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
        optimizer.update(model, jax.tree.map(lambda grad: grad.astype(FP32) / loss_scale, grads))
    loss = jnp.mean(residual(model, x, y) ** 2)
    return packed(loss, *by_if(finite, loss_scale, good_steps, interval))


@style("loss-over-scale")
def _loss_over_scale(given: Given) -> jax.Array:
    """The last loss is the scaled one, divided by the scale that it was multiplied by: the old one."""
    seed, x, y, lr, loss_scale, good_steps, interval = given
    old = initial_parameters(seed, x, y)

    def loss_fn(parameters: Parameters) -> jax.Array:
        return mse(parameters, x, y).astype(FP32) * loss_scale

    grads = jax.tree.map(lambda grad: grad / loss_scale, jax.grad(loss_fn)(old))
    finite = all_of_stack(grads)
    new = jax.tree.map(lambda value, grad: jnp.where(finite, value - lr * grad, value), old, grads)
    return packed(loss_fn(new) / loss_scale, *by_where(finite, loss_scale, good_steps, interval))


@style("loss-of-branch")
def _loss_of_branch(given: Given) -> jax.Array:
    """After an overflow the loss before the step is the loss after it: nothing has moved."""
    seed, x, y, lr, loss_scale, good_steps, interval = given
    old = initial_parameters(seed, x, y)
    loss, grads = scaled_grads(old, x, y, loss_scale)
    finite = all_of_stack(grads)
    new = jax.tree.map(lambda value, grad: value - lr * grad / loss_scale, old, grads)
    loss = jnp.where(finite, mse(new, x, y), loss)
    return packed(loss, *by_factor(finite, loss_scale, good_steps, interval))


@style("micro-batches")
def _micro_batches(given: Given) -> jax.Array:
    """Grads of the two halves of the batch, averaged in fp32."""
    seed, x, y, lr, loss_scale, good_steps, interval = given
    old = initial_parameters(seed, x, y)
    halves = zip(jnp.split(x, 2), jnp.split(y, 2), strict=True)
    (_, first), (_, second) = (scaled_grads(old, *half, loss_scale) for half in halves)
    grads = jax.tree.map(lambda one, other: (one + other) / (2 * loss_scale), first, second)
    finite = all_of_stack(grads)
    new = jax.tree.map(lambda value, grad: jnp.where(finite, value - lr * grad, value), old, grads)
    return packed(mse(new, x, y), *by_where(finite, loss_scale, good_steps, interval))


@style("hand-written-backward")
def _hand_written_backward(given: Given) -> jax.Array:
    """The chain rule by hand, as it is differentiated: the scale becomes float16 where the loss was."""
    seed, x, y, lr, loss_scale, good_steps, interval = given
    old = initial_parameters(seed, x, y)
    error = prediction(old, x) - y.astype(FP16)
    cotangent = (jnp.asarray(loss_scale, FP16) / error.size) * (2 * error)
    grads = {"kernel": x.T.astype(FP16) @ cotangent, "bias": cotangent.sum(axis=0)}
    grads = {name: grad.astype(FP32) / loss_scale for name, grad in grads.items()}
    finite = all_of_stack(grads)
    new = jax.tree.map(lambda value, grad: jnp.where(finite, value - lr * grad, value), old, grads)
    return packed(mse(new, x, y), *by_where(finite, loss_scale, good_steps, interval))


@style("cotangent-from-float32")
def _cotangent_from_float32(given: Given) -> jax.Array:
    """By hand, with the scale in float32 until it meets the error: it overflows later than the others do."""
    seed, x, y, lr, loss_scale, good_steps, interval = given
    old = initial_parameters(seed, x, y)
    error = prediction(old, x) - y.astype(FP16)
    cotangent = (error.astype(FP32) * (2 * loss_scale / error.size)).astype(FP16)
    grads = {"kernel": x.T.astype(FP16) @ cotangent, "bias": cotangent.sum(axis=0)}
    finite = all_of_stack(grads)
    new = jax.tree.map(
        lambda value, grad: jnp.where(finite, value - lr * (grad.astype(FP32) / loss_scale), value),
        old,
        grads,
    )
    return packed(mse(new, x, y), *by_where(finite, loss_scale, good_steps, interval))


CORRECT |= OBJECTS | COMPILED
