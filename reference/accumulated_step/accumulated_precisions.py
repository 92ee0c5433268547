"""Precisions of a way from the parameters to the loss, with a switch for each."""

from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp

DType = str
BF16, FP16, FP32 = "bfloat16", "float16", "float32"
Parameters = dict[str, jax.Array]  # "kernel" (D_in, D_out), "bias" (D_out,)


def rounded(value: jax.Array, *dtypes: DType) -> jax.Array:
    """`value` cast to each dtype in turn."""
    for dtype in dtypes:
        value = value.astype(dtype)
    return value


def wider(*dtypes: DType) -> DType:
    """What arithmetic on these half and single precisions is done in."""
    return dtypes[0] if len(set(dtypes)) == 1 else FP32


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """The precision of one way from the parameters to the loss.

    Attributes:
        parameters, inputs, targets: what they are cast to.
        promoted: the cast parameters are brought back to this dtype before the matmul; "" when they are not.
        error: what error, squares and mean are computed in; "" for what comes of prediction and targets.
        squares: what the squares and their mean are computed in; "" for the dtype of the error.
        result: what the loss is rounded to; "" for the dtype that it was computed in.
        reduction: "mean", "sum" or "batch" (mean over rows of the sum over columns).
    """

    parameters: DType = BF16
    inputs: DType = BF16
    targets: DType = BF16
    promoted: DType = ""
    error: DType = ""
    squares: DType = ""
    result: DType = ""
    reduction: str = "mean"

    def loss(self, parameters: Parameters, x: jax.Array, y: jax.Array) -> jax.Array:
        """The loss of x float32 (N, D_in) against y float32 (N, D_out), shape ()."""
        work = wider(self.promoted or self.parameters, self.inputs)
        kernel, bias = (
            rounded(parameters[name], self.parameters, self.promoted or self.parameters, work)
            for name in ("kernel", "bias")
        )
        prediction = rounded(x, self.inputs, work) @ kernel + bias
        error = self.error or wider(work, self.targets)
        difference = rounded(prediction, error) - rounded(y, self.targets, error)
        squares = rounded(difference, self.squares or error) ** 2
        loss = self._reduce(squares)
        return loss.astype(self.result or loss.dtype)

    def _reduce(self, squares: jax.Array) -> jax.Array:
        match self.reduction:
            case "sum":
                return jnp.sum(squares)
            case "batch":
                return jnp.sum(squares) / squares.shape[0]
            case _:
                return jnp.mean(squares)


@partial(jax.jit, static_argnums=0)
def gradient_of(one: Pass, parameters: Parameters, x: jax.Array, y: jax.Array) -> Parameters:
    """The gradient of such a loss with respect to the parameters.

    Compiled, since nearly every mistake needs it for every part: under `--xla_allow_excess_precision=false`
    all casts stay where they are, and the numbers are those of eager code.
    """
    return jax.grad(one.loss)(parameters, x, y)
