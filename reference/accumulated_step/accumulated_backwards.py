"""Right steps by hand: what is differentiated, by what way, and with what factor."""

import operator
from functools import partial, reduce

import jax
import jax.numpy as jnp
from accumulated_losses import (
    BF16,
    FP32,
    Loss,
    Mean,
    Parameters,
    Step,
    cast,
    mse,
    prediction,
    preferred_mse,
    registry_of_means,
    rounded_mean,
    single_mse,
    sliced,
    squares_over_size,
    stacked,
    step_around,
)

BACKWARDS: dict[str, Step] = {}
way = registry_of_means(BACKWARDS)


@way("one-backward")
def _one_backward(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    """The sum of the parts' losses, differentiated once.

    Each part casts the masters anew, so each has a gradient that is cast to float32 before they are added.
    """
    total = jax.grad(
        lambda parameters: sum(single_mse(parameters, *part) for part in sliced(x, y, micro_batches))
    )(parameters)
    return jax.tree.map(lambda leaf: leaf / micro_batches, total)


@way("one-backward-scan")
def _one_backward_scan(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    """The same by a scan over the losses, whose backward carries the sum in float32."""

    def sum_of_losses(parameters: Parameters) -> jax.Array:
        def add(so_far: jax.Array, part: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, None]:
            return so_far + single_mse(parameters, *part), None

        return jax.lax.scan(add, jnp.float32(0), stacked(x, y, micro_batches))[0]

    return jax.tree.map(lambda leaf: leaf / micro_batches, jax.grad(sum_of_losses)(parameters))


@way("checkpointed")
def _checkpointed(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    loss = jax.checkpoint(mse)
    parts = sliced(x, y, micro_batches)
    total = reduce(partial(jax.tree.map, jnp.add), (jax.grad(loss)(parameters, *part) for part in parts))
    return jax.tree.map(lambda leaf: leaf / micro_batches, total)


@way("divided-loss")
def _divided_loss(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    """Each part's loss is divided before it is differentiated, as is usual in PyTorch.

    The factor goes through the bfloat16 backward, where it is exact for powers of two only: a third is off
    by 0.2 percent there.
    """
    total = jax.tree.map(jnp.zeros_like, parameters)
    for part in sliced(x, y, micro_batches):
        grads = jax.grad(lambda *given: single_mse(*given) / micro_batches)(parameters, *part)
        total = jax.tree.map(operator.add, total, grads)
    return total


@way("mean-of-losses")
def _mean_of_losses(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    """The mean of the parts' losses, differentiated once; of the factor, the same can be said."""
    return jax.grad(
        lambda parameters: jnp.mean(
            jnp.stack([single_mse(parameters, *part) for part in sliced(x, y, micro_batches)])
        )
    )(parameters)


@way("weighted")
def _weighted(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
    """Each gradient has the weight of its part: its share of the rows."""
    total = jax.tree.map(jnp.zeros_like, parameters)
    for inputs, targets in sliced(x, y, micro_batches):
        grads = jax.grad(mse)(parameters, inputs, targets)
        share = inputs.shape[0] / x.shape[0]
        total = jax.tree.map(lambda so_far, grad, share=share: so_far + share * grad, total, grads)
    return total


@way("hand-written-backward")
def _hand_written_backward(
    parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int
) -> Parameters:
    """The chain rule by hand: cotangent and both products in bfloat16, added in float32."""
    total = jax.tree.map(jnp.zeros_like, parameters)
    for inputs, targets in sliced(x, y, micro_batches):
        error = prediction(parameters, inputs) - targets.astype(BF16)
        cotangent = (error.astype(FP32) * (2 / error.size)).astype(BF16)
        grads = {"kernel": inputs.T.astype(BF16) @ cotangent, "bias": cotangent.sum(axis=0)}
        total = jax.tree.map(operator.add, total, cast(grads, FP32))
    return jax.tree.map(lambda leaf: leaf / micro_batches, total)


def _with_loss(loss: Loss) -> Mean:
    def mean(parameters: Parameters, x: jax.Array, y: jax.Array, micro_batches: int) -> Parameters:
        grads = [jax.grad(loss)(parameters, *part) for part in sliced(x, y, micro_batches)]
        return jax.tree.map(lambda *leaves: sum(leaves) / micro_batches, *grads)

    return mean


for name, loss in {
    "preferred-element-type": preferred_mse,
    "sum-over-size": squares_over_size,
    "rounded-fp32-mean": rounded_mean,
    "fp32-loss": single_mse,
}.items():
    BACKWARDS[name] = step_around(_with_loss(loss))
