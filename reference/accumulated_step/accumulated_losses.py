"""The gradient of one part of a batch, and what right steps around it share."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx

BF16, FP32 = jnp.bfloat16, jnp.float32
Parameters = dict[str, jax.Array]  # "kernel" (D_in, D_out), "bias" (D_out,)
Loss = Callable[[Any, jax.Array, jax.Array], jax.Array]
Step = Callable[[float, jax.Array, jax.Array, float, int], jax.Array]  # what the entry point is
Mean = Callable[[Parameters, jax.Array, jax.Array, int], Parameters]  # of the parts' gradients


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


def sliced(x: jax.Array, y: jax.Array, micro_batches: int) -> Iterator[tuple[jax.Array, jax.Array]]:
    """The parts in order: `rows` rows each."""
    rows = x.shape[0] // micro_batches
    for start in range(0, x.shape[0], rows):
        yield x[start : start + rows], y[start : start + rows]


def stacked(x: jax.Array, y: jax.Array, micro_batches: int) -> tuple[jax.Array, jax.Array]:
    """The parts along an axis of their own: (micro_batches, rows, …) each."""
    return x.reshape(micro_batches, -1, x.shape[-1]), y.reshape(micro_batches, -1, y.shape[-1])


def compute_copy(model: nnx.Linear) -> nnx.Linear:
    """A second model with bfloat16 parameters."""
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, cast(state, BF16))


def model_mse(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    """A model's loss in bfloat16, ()."""
    return jnp.mean((compute_copy(model)(x.astype(BF16)) - y.astype(BF16)) ** 2)


def own_dtype_mse(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    """The same of a layer that casts its parameters and inputs by itself."""
    return jnp.mean((model(x) - y.astype(BF16)) ** 2)


def prediction(parameters: Parameters, x: jax.Array) -> jax.Array:
    """The layer's output in bfloat16, (N, D_out)."""
    half = cast(parameters, BF16)
    return x.astype(BF16) @ half["kernel"] + half["bias"]


def mse(parameters: Parameters, x: jax.Array, y: jax.Array) -> jax.Array:
    """The loss in bfloat16, ()."""
    return jnp.mean((prediction(parameters, x) - y.astype(BF16)) ** 2)


def preferred_mse(parameters: Parameters, x: jax.Array, y: jax.Array) -> jax.Array:
    """The dot product in float32, rounded before the bias is added."""
    half = cast(parameters, BF16)
    product = jnp.matmul(x.astype(BF16), half["kernel"], preferred_element_type=FP32).astype(BF16)
    return jnp.mean((product + half["bias"] - y.astype(BF16)) ** 2)


def squares_over_size(parameters: Parameters, x: jax.Array, y: jax.Array) -> jax.Array:
    """The mean as a sum, divided by the number of elements."""
    return jnp.sum(jnp.square(prediction(parameters, x) - y.astype(BF16))) / y.size


def rounded_mean(parameters: Parameters, x: jax.Array, y: jax.Array) -> jax.Array:
    """A mean in float32 of bfloat16 squares, rounded."""
    return jnp.mean((prediction(parameters, x) - y.astype(BF16)) ** 2, dtype=FP32).astype(BF16)


def single_mse(parameters: Parameters, x: jax.Array, y: jax.Array) -> jax.Array:
    """The bfloat16 loss as a float32 number: for sums of several."""
    return mse(parameters, x, y).astype(FP32)


def stepped(parameters: Parameters, grads: Parameters, lr: float | jax.Array) -> Parameters:
    """SGD by hand."""
    return jax.tree.map(lambda old, grad: old - lr * grad, parameters, grads)


def returned(parameters: Parameters, x: jax.Array, y: jax.Array) -> jax.Array:
    """The loss of the whole batch, as it has to come back."""
    return mse(parameters, x, y).astype(FP32).reshape(1)


def registry(steps: dict[str, Step]) -> Callable[[str], Callable[[Step], Step]]:
    """A decorator that keeps a step under a name."""

    def style(name: str) -> Callable[[Step], Step]:
        def register(step: Step) -> Step:
            steps[name] = step
            return step

        return register

    return style


def _by_hand(  # noqa: PLR0917 - the entry point's five, behind the mean
    mean: Mean, seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int
) -> jax.Array:
    parameters = initial_parameters(seed, x, y)
    new = stepped(parameters, mean(parameters, x, y, micro_batches), lr)
    return returned(new, x, y)


def step_around(mean: Mean) -> Step:
    """A step by hand on a dict of arrays, around `mean`: the mean of the parts' gradients."""
    return partial(_by_hand, mean)


def registry_of_means(steps: dict[str, Step]) -> Callable[[str], Callable[[Mean], Mean]]:
    """A decorator that keeps the step around a mean under a name."""

    def way(name: str) -> Callable[[Mean], Mean]:
        def register(mean: Mean) -> Mean:
            steps[name] = step_around(mean)
            return mean

        return register

    return way
