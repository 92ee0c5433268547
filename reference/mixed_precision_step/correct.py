"""Right steps in other styles than the reference: none of them may come near to rejection.

Each takes and returns what the reference's `mixed_precision_step` does. The jitted ones are right under
`--xla_allow_excess_precision=false` only, as all submissions are run: without it XLA leaves out roundings.
"""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from mixed_precision_losses import (
    BF16,
    FP32,
    LOSSES,
    Loss,
    Parameters,
    compute_copy,
    initial_parameters,
    mse,
    new_layer,
    own_dtype,
    prediction,
    preferred,
    residual,
)

Step = Callable[[float, jax.Array, jax.Array, float, float], jax.Array]
CORRECT: dict[str, Step] = {}


def _nnx_step(  # noqa: PLR0917 - the entry point's five, behind the loss
    loss: Loss, seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float, **options: object
) -> jax.Array:
    """The lesson's step around `loss(model, x, y)`, which returns a bfloat16 scalar."""
    model = new_layer(seed, x, y, **options)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    _, grads = nnx.value_and_grad(lambda model: loss(model, x, y).astype(FP32) * loss_scale)(model)
    optimizer.update(model, jax.tree.map(lambda grad: grad.astype(FP32) / loss_scale, grads))
    return loss(model, x, y).astype(FP32).reshape(1)


CORRECT |= {name: partial(_nnx_step, loss) for name, loss in LOSSES.items()}
CORRECT["layer-dtype"] = partial(_nnx_step, own_dtype, dtype=BF16, param_dtype=FP32)
CORRECT["preferred-element-type"] = partial(_nnx_step, preferred, preferred_element_type=FP32)


# --- how the grads are scaled, unscaled and applied ------------------------------------------------


def _style(name: str) -> Callable[[Step], Step]:
    def register(step: Step) -> Step:
        CORRECT[name] = step
        return step

    return register


@_style("loss-over-scale")
def _loss_over_scale(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    model = new_layer(seed, x, y)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model: nnx.Linear) -> jax.Array:
        return jnp.mean(residual(model, x, y) ** 2).astype(FP32) * loss_scale

    grads = nnx.grad(loss_fn)(model)
    optimizer.update(model, jax.tree.map(lambda grad: grad / loss_scale, grads))
    return (loss_fn(model) / loss_scale).reshape(1)


@_style("optax-unscales")
def _optax_unscales(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    model = new_layer(seed, x, y)
    chain = optax.chain(optax.scale(1 / loss_scale), optax.sgd(lr))
    optimizer = nnx.Optimizer(model, chain, wrt=nnx.Param)
    grads = nnx.grad(lambda model: jnp.mean(residual(model, x, y) ** 2).astype(FP32) * loss_scale)(model)
    optimizer.update(model, grads)
    return jnp.mean(residual(model, x, y) ** 2).astype(FP32)[None]


@_style("unscaled-by-lr")
def _unscaled_by_lr(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    model = new_layer(seed, x, y)
    optimizer = nnx.Optimizer(model, optax.sgd(lr / loss_scale), wrt=nnx.Param)
    grads = nnx.grad(lambda model: jnp.mean(residual(model, x, y) ** 2).astype(FP32) * loss_scale)(model)
    optimizer.update(model, grads)
    return jnp.atleast_1d(jnp.mean(residual(model, x, y) ** 2).astype(FP32))


@_style("reciprocal")
def _reciprocal(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    parameters = initial_parameters(seed, x, y)
    grads = jax.grad(lambda parameters: loss_scale * mse(parameters, x, y).astype(FP32))(parameters)
    new = jax.tree.map(lambda old, grad: old - lr * (grad * (1.0 / loss_scale)), parameters, grads)
    return mse(new, x, y).astype(FP32).reshape((1,))


@_style("folded-increment")
def _folded_increment(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    parameters = initial_parameters(seed, x, y)
    grads = jax.grad(lambda parameters: mse(parameters, x, y).astype(FP32) * loss_scale)(parameters)
    new = jax.tree.map(lambda old, grad: old - (lr / loss_scale) * grad, parameters, grads)
    return np.asarray(mse(new, x, y), np.float32).reshape(1)


@_style("scaled-cotangent")
def _scaled_cotangent(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    parameters = initial_parameters(seed, x, y)
    _, pullback = jax.vjp(lambda parameters: mse(parameters, x, y).astype(FP32), parameters)
    (grads,) = pullback(jnp.float32(loss_scale))
    new = {name: old - lr * (grads[name] / loss_scale) for name, old in parameters.items()}
    return jnp.reshape(mse(new, x, y), (1,)).astype(FP32)


@_style("grads-of-compute-copy")
def _grads_of_compute_copy(
    seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float
) -> jax.Array:
    """Differentiates with respect to the bfloat16 copy, as PyTorch's and Apex's masters do."""
    model = new_layer(seed, x, y)
    grads = nnx.grad(
        lambda half: jnp.mean((half(x.astype(BF16)) - y.astype(BF16)) ** 2).astype(FP32) * loss_scale
    )(compute_copy(model))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(model, jax.tree.map(lambda grad: grad.astype(FP32) / loss_scale, grads))
    return jnp.mean(residual(model, x, y) ** 2).astype(FP32).reshape(1)


@_style("in-place")
def _in_place(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    model = new_layer(seed, x, y)
    grads = nnx.grad(lambda model: jnp.mean(residual(model, x, y) ** 2).astype(FP32) * loss_scale)(model)
    model.kernel[...] -= lr * grads.kernel[...] / loss_scale
    model.bias[...] -= lr * grads.bias[...] / loss_scale
    return jnp.mean(residual(model, x, y) ** 2).astype(FP32).reshape(1)


@_style("only-when-finite")
def _only_when_finite(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    """Leaves the step out when a grad overflowed, as dynamic loss scaling does."""
    parameters = initial_parameters(seed, x, y)
    scaled, grads = jax.value_and_grad(lambda parameters: mse(parameters, x, y).astype(FP32) * loss_scale)(
        parameters
    )
    grads = jax.tree.map(lambda grad: grad / loss_scale, grads)
    finite = jnp.isfinite(scaled) & jnp.all(
        jnp.stack([jnp.all(jnp.isfinite(grad)) for grad in grads.values()])
    )
    new = jax.tree.map(lambda old, grad: jnp.where(finite, old - lr * grad, old), parameters, grads)
    return mse(new, x, y).astype(FP32).reshape(1)


@_style("hand-written-backward")
def _hand_written_backward(
    seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float
) -> jax.Array:
    """The chain rule by hand: cotangent and both products in bfloat16, the scale multiplied in fp32."""
    parameters = initial_parameters(seed, x, y)
    error = prediction(parameters, x) - y.astype(BF16)
    cotangent = (error.astype(FP32) * (2 * loss_scale / error.size)).astype(BF16)
    grads = {"kernel": x.T.astype(BF16) @ cotangent, "bias": cotangent.sum(axis=0)}
    new = jax.tree.map(lambda old, grad: old - lr * (grad.astype(FP32) / loss_scale), parameters, grads)
    return mse(new, x, y).astype(FP32).reshape(1)


@_style("micro-batches")
def _micro_batches(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    """Grads of the two halves of the batch, averaged in fp32."""
    parameters = initial_parameters(seed, x, y)
    grad_of_half = jax.grad(lambda *batch: mse(*batch).astype(FP32) * loss_scale)
    halves = zip(jnp.split(x, 2), jnp.split(y, 2), strict=True)
    first, second = (grad_of_half(parameters, *half) for half in halves)
    grads = jax.tree.map(lambda one, other: (one + other) / (2 * loss_scale), first, second)
    new = jax.tree.map(lambda old, grad: old - lr * grad, parameters, grads)
    return mse(new, x, y).astype(FP32).reshape(1)


# --- jitted, with the numbers as arguments so that a shape is compiled once -------------------------


@jax.jit  # type: ignore[untyped-decorator]  # jax is not followed
def _whole_step(
    seed: jax.Array, x: jax.Array, y: jax.Array, lr: jax.Array, loss_scale: jax.Array
) -> jax.Array:
    parameters = initial_parameters(seed, x, y)
    optimizer = optax.sgd(lr)
    grads = jax.grad(lambda parameters: mse(parameters, x, y).astype(FP32) * loss_scale)(parameters)
    updates, _ = optimizer.update(
        jax.tree.map(lambda grad: grad / loss_scale, grads), optimizer.init(parameters)
    )
    return mse(optax.apply_updates(parameters, updates), x, y).astype(FP32).reshape(1)


@_style("jitted-whole")
def _jitted_whole(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    return _whole_step(seed, x, y, lr, loss_scale)


@nnx.jit  # type: ignore[untyped-decorator]  # flax is not followed
def _train_step(
    model: nnx.Linear, x: jax.Array, y: jax.Array, lr: jax.Array, loss_scale: jax.Array
) -> jax.Array:
    grads = nnx.grad(lambda model: jnp.mean(residual(model, x, y) ** 2).astype(FP32) * loss_scale)(model)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(model, jax.tree.map(lambda grad: grad.astype(FP32) / loss_scale, grads))
    return jnp.mean(residual(model, x, y) ** 2).astype(FP32).reshape(1)


@_style("jitted-nnx")
def _jitted_nnx(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    return _train_step(new_layer(seed, x, y), x, y, lr, loss_scale)


@jax.jit  # type: ignore[untyped-decorator]  # jax is not followed
def _jitted_sgd(
    parameters: Parameters, x: jax.Array, y: jax.Array, lr: jax.Array, loss_scale: jax.Array
) -> jax.Array:
    def loss_fn(parameters: Parameters) -> tuple[jax.Array, jax.Array]:
        loss = jnp.mean(jnp.square(prediction(parameters, x) - y.astype(BF16)))
        return loss.astype(FP32) * loss_scale, loss

    grads, _ = jax.grad(loss_fn, has_aux=True)(parameters)
    new = jax.tree.map(lambda old, grad: old - lr * grad / loss_scale, parameters, grads)
    return loss_fn(new)[0] / loss_scale


@_style("jitted-functional")
def _jitted_functional(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    return _jitted_sgd(initial_parameters(seed, x, y), x, y, lr, loss_scale).reshape(1)
