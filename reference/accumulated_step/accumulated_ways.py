"""Ways to cut a batch, to add the gradients of its parts, and to divide their sum: one is right of each."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
from accumulated_precisions import BF16, FP16, FP32, DType, Parameters, rounded

Part = tuple[jax.Array, jax.Array]

# --- how the batch is cut ---------------------------------------------------------------------------


def in_order(x: jax.Array, y: jax.Array, count: int) -> list[Part]:
    """The parts of the task: consecutive rows, the same number in each."""
    return list(zip(jnp.split(x, count), jnp.split(y, count), strict=True))


def interleaved(x: jax.Array, y: jax.Array, count: int) -> list[Part]:
    """Every `count`-th row."""
    return [(x[first::count], y[first::count]) for first in range(count)]


def shuffled(x: jax.Array, y: jax.Array, count: int) -> list[Part]:
    """Rows in an order that was drawn, the same for x and y."""
    order = jax.random.permutation(jax.random.key(0), x.shape[0])
    return in_order(x[order], y[order], count)


def mismatched(x: jax.Array, y: jax.Array, count: int) -> list[Part]:
    """Consecutive rows of x, every `count`-th one of y."""
    return [(x, y) for (x, _), (_, y) in zip(in_order(x, y, count), interleaved(x, y, count), strict=True)]


def size_for_count(x: jax.Array, y: jax.Array, count: int) -> list[Part]:
    """Parts of `micro_batches` rows each in place of so many parts; what is left over is dropped."""
    return [(x[i : i + count], y[i : i + count]) for i in range(0, x.shape[0] - count + 1, count)]


def one_row_short(x: jax.Array, y: jax.Array, count: int) -> list[Part]:
    """The last row of each part is left out, unless it has one only."""
    return [(x[: len(x) - 1 or 1], y[: len(x) - 1 or 1]) for x, y in in_order(x, y, count)]


def overlapping(x: jax.Array, y: jax.Array, count: int) -> list[Part]:
    """Each part begins one row after the one before, as without the factor `rows` in a slice's start."""
    rows = x.shape[0] // count
    return [(x[i : i + rows], y[i : i + rows]) for i in range(count)]


def first_only(x: jax.Array, y: jax.Array, count: int) -> list[Part]:
    """The first part, again and again."""
    return in_order(x, y, count)[:1] * count


def all_but_first(x: jax.Array, y: jax.Array, count: int) -> list[Part]:
    """A loop that starts at 1; with a single part, that one."""
    return in_order(x, y, count)[1:] or [(x, y)]


def all_but_last(x: jax.Array, y: jax.Array, count: int) -> list[Part]:
    """A loop that ends one early; with a single part, that one."""
    return in_order(x, y, count)[:-1] or [(x, y)]


def whole(x: jax.Array, y: jax.Array, _count: int) -> list[Part]:
    """The batch in one pass."""
    return [(x, y)]


def four(x: jax.Array, y: jax.Array, _count: int) -> list[Part]:
    """A count that was written into the code; rows that are left over are dropped."""
    rows = 4 * (x.shape[0] // 4)
    return in_order(x[:rows], y[:rows], 4)


# --- how the gradients of the parts are added ---------------------------------------------------------


def total(grads: Sequence[Parameters], *, dtype: DType = FP32, first: int = 0) -> Parameters:
    """Their sum, kept in `dtype` from the first to the last; `first` is the one that it starts with."""
    sums = {name: rounded(grad, dtype) for name, grad in grads[first].items()}
    for index, grad in enumerate(grads):
        if index != first:
            sums = {name: sums[name] + rounded(grad[name], dtype) for name in sums}
    return {name: rounded(leaf, FP32) for name, leaf in sums.items()}


def add(grads: Sequence[Parameters]) -> Parameters:
    """In float32."""
    return total(grads)


def add_in_bfloat16(grads: Sequence[Parameters]) -> Parameters:
    """The accumulator is bfloat16, from first to last."""
    return total(grads, dtype=BF16)


def add_in_float16(grads: Sequence[Parameters]) -> Parameters:
    """The accumulator is float16."""
    return total(grads, dtype=FP16)


def add_reversed_in_bfloat16(grads: Sequence[Parameters]) -> Parameters:
    """What JAX does with one bfloat16 copy that all parts use: cotangents are added from the last one on."""
    return total(grads[::-1], dtype=BF16)


def round_the_sum(grads: Sequence[Parameters]) -> Parameters:
    """Added in float32, cast once at the end."""
    return {name: rounded(leaf, BF16, FP32) for name, leaf in total(grads).items()}


def first_again(grads: Sequence[Parameters]) -> Parameters:
    """The accumulator starts with the first gradient, which the loop then adds as well."""
    return total([grads[0], *grads])


def last(grads: Sequence[Parameters]) -> Parameters:
    """Each one takes the place of what was there."""
    return grads[-1]


def last_two(grads: Sequence[Parameters]) -> Parameters:
    """What is added to isn't the sum but the gradient before."""
    return total(grads[-2:])


def first(grads: Sequence[Parameters]) -> Parameters:
    """Nothing is added to the first one."""
    return grads[0]


def largest(grads: Sequence[Parameters]) -> Parameters:
    """The larger one is kept of each two."""
    return {name: jnp.max(jnp.stack([grad[name] for grad in grads]), axis=0) for name in grads[0]}


def bias_of_last(grads: Sequence[Parameters]) -> Parameters:
    """The kernels' gradients are added, the biases' are not."""
    return {**total(grads), "bias": grads[-1]["bias"]}


def kernel_of_last(grads: Sequence[Parameters]) -> Parameters:
    """The other way round."""
    return {**total(grads), "kernel": grads[-1]["kernel"]}


def halved_each_time(grads: Sequence[Parameters]) -> Parameters:
    """A running mean of the mean so far and the new one: the last parts weigh most."""
    mean = grads[0]
    for grad in grads[1:]:
        mean = {name: (leaf + grad[name]) / 2 for name, leaf in mean.items()}
    return {name: leaf * len(grads) for name, leaf in mean.items()}


def divided_each_time(grads: Sequence[Parameters]) -> Parameters:
    """The sum so far is divided again with each part."""
    sums = {name: jnp.zeros_like(leaf) for name, leaf in grads[0].items()}
    for grad in grads:
        sums = {name: (leaf + grad[name]) / len(grads) for name, leaf in sums.items()}
    return {name: leaf * len(grads) for name, leaf in sums.items()}


# --- what they are divided by -------------------------------------------------------------------------


def by_count(count: int, _rows: int) -> float:
    """The mean."""
    return count


def not_at_all(_count: int, _rows: int) -> float:
    """The sum."""
    return 1


def twice(count: int, _rows: int) -> float:
    """By the count, once more."""
    return count * count


def by_rows(_count: int, rows: int) -> float:
    """By the number of rows of the batch."""
    return rows


def by_rows_too(count: int, rows: int) -> float:
    """By the number of rows, and by that of parts."""
    return count * rows


def by_rows_of_a_part(count: int, rows: int) -> float:
    """By the number of rows of one part."""
    return rows / count


def by_count_less_one(count: int, _rows: int) -> float:
    """By one too few."""
    return count - 1 or 1


def by_count_and_one(count: int, _rows: int) -> float:
    """By one too many."""
    return count + 1


def by_four(_count: int, _rows: int) -> float:
    """By a count that was written into the code."""
    return 4
