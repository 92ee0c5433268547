"""The mean squared error of a model in float16, written in as many ways as there are: all of them right."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx

FP16, FP32 = jnp.float16, jnp.float32
Parameters = dict[str, jax.Array]  # "kernel" (D_in, D_out), "bias" (D_out,)
Loss = Callable[[nnx.Linear, jax.Array, jax.Array], jax.Array]


def cast(tree: Any, dtype: jnp.dtype) -> Any:  # noqa: ANN401 - any tree of arrays, and the same again
    """Every array of a tree in `dtype`."""
    return jax.tree.map(lambda leaf: leaf.astype(dtype), tree)


def new_layer(seed: float | jax.Array, x: jax.Array, y: jax.Array, **options: object) -> nnx.Linear:
    """The layer that every style starts from; in a program that is compiled the seed may be traced."""
    start = jax.random.key(seed.astype(jnp.int32)) if isinstance(seed, jax.Array) else int(seed)
    return nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(start), **options)


def initial_parameters(seed: float | jax.Array, x: jax.Array, y: jax.Array) -> Parameters:
    """Its parameters, float32."""
    layer = new_layer(seed, x, y)
    return {"kernel": layer.kernel[...], "bias": layer.bias[...]}


def compute_copy(model: nnx.Linear) -> nnx.Linear:
    """A second model with float16 parameters."""
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, cast(state, FP16))


def residual(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    """Prediction minus targets in float16, (N, D_out)."""
    return compute_copy(model)(x.astype(FP16)) - y.astype(FP16)


def prediction(parameters: Parameters, x: jax.Array) -> jax.Array:
    """The layer's output in float16, (N, D_out)."""
    half = cast(parameters, FP16)
    return x.astype(FP16) @ half["kernel"] + half["bias"]


def mse(parameters: Parameters, x: jax.Array, y: jax.Array) -> jax.Array:
    """The loss in float16, ()."""
    return jnp.mean((prediction(parameters, x) - y.astype(FP16)) ** 2)


def scaled_grads(
    parameters: Parameters, x: jax.Array, y: jax.Array, loss_scale: float | jax.Array
) -> tuple[jax.Array, Parameters]:
    """The loss, and grads that still have the scale."""

    def scaled_loss(parameters: Parameters) -> tuple[jax.Array, jax.Array]:
        loss = mse(parameters, x, y)
        return loss.astype(FP32) * loss_scale, loss

    grads, loss = jax.grad(scaled_loss, has_aux=True)(parameters)
    return loss, grads


def preferred(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    """The dot product and the bias in fp32, rounded before the error."""
    return jnp.mean((compute_copy(model)(x.astype(FP16)).astype(FP16) - y.astype(FP16)) ** 2)


def own_dtype(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    """The layer casts its parameters and inputs by itself."""
    return jnp.mean((model(x) - y.astype(FP16)) ** 2)


def _bias_column(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    """The bias as one more row of the kernel."""
    kernel = jnp.vstack([model.kernel[...], model.bias[...]]).astype(FP16)
    inputs = jnp.hstack([x, jnp.ones((x.shape[0], 1))]).astype(FP16)
    return jnp.mean((inputs @ kernel - y.astype(FP16)) ** 2)


def _einsum(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    kernel, bias = model.kernel[...].astype(FP16), model.bias[...].astype(FP16)
    return jnp.mean((jnp.einsum("ni,io->no", x.astype(FP16), kernel) + bias - y.astype(FP16)) ** 2)


def _transposed(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    kernel, bias = model.kernel[...].astype(FP16), model.bias[...].astype(FP16)
    return jnp.mean((y.T.astype(FP16) - (kernel.T @ x.T.astype(FP16) + bias[:, None])) ** 2)


def _per_example(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    half = compute_copy(model)
    losses = jax.vmap(lambda row, target: jnp.mean((half(row) - target) ** 2))(x.astype(FP16), y.astype(FP16))
    return losses.mean()


def _checkpointed(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    loss = jax.checkpoint(mse)
    return loss({"kernel": model.kernel[...], "bias": model.bias[...]}, x, y)


LOSSES: dict[str, Loss] = {
    "lesson": lambda model, x, y: jnp.mean(residual(model, x, y) ** 2),
    "jnp-square": lambda model, x, y: jnp.square(residual(model, x, y)).mean(),
    "sum-over-size": lambda model, x, y: jnp.sum(residual(model, x, y) ** 2) / y.size,
    "mean-of-means": lambda model, x, y: jnp.mean(jnp.mean(residual(model, x, y) ** 2, axis=-1)),
    "rounded-fp32-mean": lambda model, x, y: jnp.mean(residual(model, x, y) ** 2, dtype=FP32).astype(FP16),
    "vdot": lambda model, x, y: jnp.vdot(residual(model, x, y), residual(model, x, y)) / y.size,
    "l2-loss": lambda model, x, y: 2 * optax.l2_loss(residual(model, x, y)).mean(),
    "squared-error": lambda model, x, y: optax.squared_error(
        compute_copy(model)(x.astype(FP16)), y.astype(FP16)
    ).mean(),
    "einsum": _einsum,
    "transposed": _transposed,
    "bias-column": _bias_column,
    "per-example": _per_example,
    "checkpointed": _checkpointed,
}
