"""Right steps in other styles than the reference: none of them may come near to rejection.

Each takes and returns what the reference's `mixed_precision_step` does. The jitted ones are right under
`--xla_allow_excess_precision=false` only, as all submissions are run: without it XLA leaves out roundings.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

BF16, FP32 = jnp.bfloat16, jnp.float32
Parameters = dict[str, jax.Array]  # "kernel" (D_in, D_out), "bias" (D_out,)
Step = Callable[[float, jax.Array, jax.Array, float, float], jax.Array]
Loss = Callable[[nnx.Linear, jax.Array, jax.Array], jax.Array]
CORRECT: dict[str, Step] = {}


def _cast(tree: Any, dtype: jnp.dtype) -> Any:  # noqa: ANN401 - any tree of arrays, and the same again
    return jax.tree.map(lambda leaf: leaf.astype(dtype), tree)


def _layer(seed: float, x: jax.Array, y: jax.Array, **options: object) -> nnx.Linear:
    return nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)), **options)


def _parameters(seed: float, x: jax.Array, y: jax.Array) -> Parameters:
    layer = _layer(seed, x, y)
    return {"kernel": layer.kernel[...], "bias": layer.bias[...]}


def _compute_copy(model: nnx.Linear) -> nnx.Linear:
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, _cast(state, BF16))


def _error(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    return _compute_copy(model)(x.astype(BF16)) - y.astype(BF16)


def _affine(parameters: Parameters, x: jax.Array) -> jax.Array:
    half = _cast(parameters, BF16)
    return x.astype(BF16) @ half["kernel"] + half["bias"]


def _mse(parameters: Parameters, x: jax.Array, y: jax.Array) -> jax.Array:
    return jnp.mean((_affine(parameters, x) - y.astype(BF16)) ** 2)


# --- how the loss is written; the rest as in the lesson ---------------------------------------------


def _nnx_step(  # noqa: PLR0917 - the entry point's five, behind the loss
    mse: Loss, seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float, **options: object
) -> jax.Array:
    """The lesson's step around `mse(model, x, y)`, which returns a bfloat16 scalar."""
    model = _layer(seed, x, y, **options)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    _, grads = nnx.value_and_grad(lambda model: mse(model, x, y).astype(FP32) * loss_scale)(model)
    optimizer.update(model, jax.tree.map(lambda grad: grad.astype(FP32) / loss_scale, grads))
    return mse(model, x, y).astype(FP32).reshape(1)


def _preferred(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    """The dot product and the bias in fp32, rounded before the error."""
    return jnp.mean((_compute_copy(model)(x.astype(BF16)).astype(BF16) - y.astype(BF16)) ** 2)


def _own_dtype(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    """The layer casts its parameters and inputs by itself."""
    return jnp.mean((model(x) - y.astype(BF16)) ** 2)


def _bias_column(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    """The bias as one more row of the kernel."""
    kernel = jnp.vstack([model.kernel[...], model.bias[...]]).astype(BF16)
    inputs = jnp.hstack([x, jnp.ones((x.shape[0], 1))]).astype(BF16)
    return jnp.mean((inputs @ kernel - y.astype(BF16)) ** 2)


def _einsum(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    kernel, bias = model.kernel[...].astype(BF16), model.bias[...].astype(BF16)
    return jnp.mean((jnp.einsum("ni,io->no", x.astype(BF16), kernel) + bias - y.astype(BF16)) ** 2)


def _transposed(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    kernel, bias = model.kernel[...].astype(BF16), model.bias[...].astype(BF16)
    return jnp.mean((y.T.astype(BF16) - (kernel.T @ x.T.astype(BF16) + bias[:, None])) ** 2)


def _per_example(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    half = _compute_copy(model)
    losses = jax.vmap(lambda row, target: jnp.mean((half(row) - target) ** 2))(x.astype(BF16), y.astype(BF16))
    return losses.mean()


def _checkpointed(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    loss = jax.checkpoint(_mse)
    return loss({"kernel": model.kernel[...], "bias": model.bias[...]}, x, y)


LOSSES: dict[str, Loss] = {
    "lesson": lambda model, x, y: jnp.mean(_error(model, x, y) ** 2),
    "jnp-square": lambda model, x, y: jnp.square(_error(model, x, y)).mean(),
    "sum-over-size": lambda model, x, y: jnp.sum(_error(model, x, y) ** 2) / y.size,
    "mean-of-means": lambda model, x, y: jnp.mean(jnp.mean(_error(model, x, y) ** 2, axis=-1)),
    "rounded-fp32-mean": lambda model, x, y: jnp.mean(_error(model, x, y) ** 2, dtype=FP32).astype(BF16),
    "vdot": lambda model, x, y: jnp.vdot(_error(model, x, y), _error(model, x, y)) / y.size,
    "l2-loss": lambda model, x, y: 2 * optax.l2_loss(_error(model, x, y)).mean(),
    "squared-error": lambda model, x, y: optax.squared_error(
        _compute_copy(model)(x.astype(BF16)), y.astype(BF16)
    ).mean(),
    "einsum": _einsum,
    "transposed": _transposed,
    "bias-column": _bias_column,
    "per-example": _per_example,
    "checkpointed": _checkpointed,
}
CORRECT |= {name: partial(_nnx_step, mse) for name, mse in LOSSES.items()}
CORRECT["layer-dtype"] = partial(_nnx_step, _own_dtype, dtype=BF16, param_dtype=FP32)
CORRECT["preferred-element-type"] = partial(_nnx_step, _preferred, preferred_element_type=FP32)


# --- how the grads are scaled, unscaled and applied ------------------------------------------------


def _style(name: str) -> Callable[[Step], Step]:
    def register(step: Step) -> Step:
        CORRECT[name] = step
        return step

    return register


@_style("loss-over-scale")
def _loss_over_scale(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    model = _layer(seed, x, y)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model: nnx.Linear) -> jax.Array:
        return jnp.mean(_error(model, x, y) ** 2).astype(FP32) * loss_scale

    grads = nnx.grad(loss_fn)(model)
    optimizer.update(model, jax.tree.map(lambda grad: grad / loss_scale, grads))
    return (loss_fn(model) / loss_scale).reshape(1)


@_style("optax-unscales")
def _optax_unscales(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    model = _layer(seed, x, y)
    chain = optax.chain(optax.scale(1 / loss_scale), optax.sgd(lr))
    optimizer = nnx.Optimizer(model, chain, wrt=nnx.Param)
    grads = nnx.grad(lambda model: jnp.mean(_error(model, x, y) ** 2).astype(FP32) * loss_scale)(model)
    optimizer.update(model, grads)
    return jnp.mean(_error(model, x, y) ** 2).astype(FP32)[None]


@_style("unscaled-by-lr")
def _unscaled_by_lr(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    model = _layer(seed, x, y)
    optimizer = nnx.Optimizer(model, optax.sgd(lr / loss_scale), wrt=nnx.Param)
    grads = nnx.grad(lambda model: jnp.mean(_error(model, x, y) ** 2).astype(FP32) * loss_scale)(model)
    optimizer.update(model, grads)
    return jnp.atleast_1d(jnp.mean(_error(model, x, y) ** 2).astype(FP32))


@_style("reciprocal")
def _reciprocal(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    parameters = _parameters(seed, x, y)
    grads = jax.grad(lambda parameters: loss_scale * _mse(parameters, x, y).astype(FP32))(parameters)
    new = jax.tree.map(lambda old, grad: old - lr * (grad * (1.0 / loss_scale)), parameters, grads)
    return _mse(new, x, y).astype(FP32).reshape((1,))


@_style("folded-increment")
def _folded_increment(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    parameters = _parameters(seed, x, y)
    grads = jax.grad(lambda parameters: _mse(parameters, x, y).astype(FP32) * loss_scale)(parameters)
    new = jax.tree.map(lambda old, grad: old - (lr / loss_scale) * grad, parameters, grads)
    return np.asarray(_mse(new, x, y), np.float32).reshape(1)


@_style("scaled-cotangent")
def _scaled_cotangent(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    parameters = _parameters(seed, x, y)
    _, pullback = jax.vjp(lambda parameters: _mse(parameters, x, y).astype(FP32), parameters)
    (grads,) = pullback(jnp.float32(loss_scale))
    new = {name: old - lr * (grads[name] / loss_scale) for name, old in parameters.items()}
    return jnp.reshape(_mse(new, x, y), (1,)).astype(FP32)


@_style("grads-of-compute-copy")
def _grads_of_compute_copy(
    seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float
) -> jax.Array:
    """Differentiates with respect to the bfloat16 copy, as PyTorch's and Apex's masters do."""
    model = _layer(seed, x, y)
    grads = nnx.grad(
        lambda half: jnp.mean((half(x.astype(BF16)) - y.astype(BF16)) ** 2).astype(FP32) * loss_scale
    )(_compute_copy(model))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(model, jax.tree.map(lambda grad: grad.astype(FP32) / loss_scale, grads))
    return jnp.mean(_error(model, x, y) ** 2).astype(FP32).reshape(1)


@_style("in-place")
def _in_place(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    model = _layer(seed, x, y)
    grads = nnx.grad(lambda model: jnp.mean(_error(model, x, y) ** 2).astype(FP32) * loss_scale)(model)
    model.kernel[...] -= lr * grads.kernel[...] / loss_scale
    model.bias[...] -= lr * grads.bias[...] / loss_scale
    return jnp.mean(_error(model, x, y) ** 2).astype(FP32).reshape(1)


@_style("only-when-finite")
def _only_when_finite(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    """Leaves the step out when a grad overflowed, as dynamic loss scaling does."""
    parameters = _parameters(seed, x, y)
    scaled, grads = jax.value_and_grad(lambda parameters: _mse(parameters, x, y).astype(FP32) * loss_scale)(
        parameters
    )
    grads = jax.tree.map(lambda grad: grad / loss_scale, grads)
    finite = jnp.isfinite(scaled) & jnp.all(
        jnp.stack([jnp.all(jnp.isfinite(grad)) for grad in grads.values()])
    )
    new = jax.tree.map(lambda old, grad: jnp.where(finite, old - lr * grad, old), parameters, grads)
    return _mse(new, x, y).astype(FP32).reshape(1)


# --- jitted, with the numbers as arguments so that a shape is compiled once -------------------------


@jax.jit  # type: ignore[untyped-decorator]  # jax is not followed
def _whole_step(
    key: jax.Array, x: jax.Array, y: jax.Array, lr: jax.Array, loss_scale: jax.Array
) -> jax.Array:
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(key))
    parameters = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    optimizer = optax.sgd(lr)
    grads = jax.grad(lambda parameters: _mse(parameters, x, y).astype(FP32) * loss_scale)(parameters)
    updates, _ = optimizer.update(
        jax.tree.map(lambda grad: grad / loss_scale, grads), optimizer.init(parameters)
    )
    return _mse(optax.apply_updates(parameters, updates), x, y).astype(FP32).reshape(1)


@_style("jitted-whole")
def _jitted_whole(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    return _whole_step(jax.random.key(int(seed)), x, y, lr, loss_scale)


@nnx.jit  # type: ignore[untyped-decorator]  # flax is not followed
def _train_step(
    model: nnx.Linear, x: jax.Array, y: jax.Array, lr: jax.Array, loss_scale: jax.Array
) -> jax.Array:
    grads = nnx.grad(lambda model: jnp.mean(_error(model, x, y) ** 2).astype(FP32) * loss_scale)(model)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(model, jax.tree.map(lambda grad: grad.astype(FP32) / loss_scale, grads))
    return jnp.mean(_error(model, x, y) ** 2).astype(FP32).reshape(1)


@_style("jitted-nnx")
def _jitted_nnx(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    return _train_step(_layer(seed, x, y), x, y, lr, loss_scale)


@jax.jit  # type: ignore[untyped-decorator]  # jax is not followed
def _jitted_sgd(
    parameters: Parameters, x: jax.Array, y: jax.Array, lr: jax.Array, loss_scale: jax.Array
) -> jax.Array:
    def loss_fn(parameters: Parameters) -> tuple[jax.Array, jax.Array]:
        loss = jnp.mean(jnp.square(_affine(parameters, x) - y.astype(BF16)))
        return loss.astype(FP32) * loss_scale, loss

    grads, _ = jax.grad(loss_fn, has_aux=True)(parameters)
    new = jax.tree.map(lambda old, grad: old - lr * grad / loss_scale, parameters, grads)
    return loss_fn(new)[0] / loss_scale


@_style("jitted-functional")
def _jitted_functional(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    return _jitted_sgd(_parameters(seed, x, y), x, y, lr, loss_scale).reshape(1)
