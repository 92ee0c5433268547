"""One step with switches: every mistake is the right step with one of them turned.

Written with plain arrays, and bit for bit the same as the reference when nothing is turned. All casts
are explicit, because a mistake is most often a cast that was forgotten: where bfloat16 meets float32
the wider one wins, as it does in the learner's eager code. The ways to cut and to add are functions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
from flax import nnx

DType = str
BF16, FP16, FP32 = "bfloat16", "float16", "float32"
Parameters = dict[str, jax.Array]  # "kernel" (D_in, D_out), "bias" (D_out,)
Part = tuple[jax.Array, jax.Array]


def rounded(value: jax.Array, *dtypes: DType) -> jax.Array:
    """`value` cast to each dtype in turn."""
    for dtype in dtypes:
        value = value.astype(dtype)
    return value


def wider(*dtypes: DType) -> DType:
    """What arithmetic on these half and single precisions is done in."""
    return dtypes[0] if len(set(dtypes)) == 1 else FP32


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
    """A count that was written into the code."""
    return in_order(x, y, 4)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The step of the reference, with a switch for whatever can be done wrong.

    Attributes:
        forward: the pass that is differentiated. final: the one that the returned loss comes from.
        seed, lr: used in place of the argument when not None.
        masters: what the float32 masters are rounded to before anything is done with them.
        stored: what they are kept in after the step.
        cut: the parts. added: the sum of their gradients. divisor: what that is divided by, from the number
            of parts and that of rows.
        divided_first: what each gradient is divided in before it is added; "" when it isn't.
        part_grads: what each part's gradient is rounded to before that. grads: what their mean is rounded to.
        per_part: "" for one update at the end, "rate" for one with each part's gradient, "divided-rate" for
            the same with the rate divided by the number of parts, "sums" for one with the mean so far.
        grad_factor: what the gradients are multiplied by in the end (-1 climbs). sign: only the sign is left.
        increment: what the learning rate and grads are rounded to and multiplied in. addition: what the
            increment is added in; `masters_added` is what the masters are rounded to there.
        weight_decay: share of the masters added to their grads.
        frozen: names of the parameters that are not updated.
        steps: how many updates are done.
        returned: "new" (after the update), "old" (before it), "first" or "last" (of that part, after it),
            "old-first", "old-last", "old-mean" (of the parts, before it), "mean" (of the parts, in float32),
            "old-rounded-mean" (before it, in bfloat16) or "summed" (of the parts).
        shape, dtype: of what is returned.
    """

    forward: Pass = field(default_factory=Pass)
    final: Pass = field(default_factory=Pass)
    seed: int | None = None
    lr: float | None = None
    masters: DType = FP32
    stored: DType = FP32
    cut: Callable[[jax.Array, jax.Array, int], list[Part]] = in_order
    added: Callable[[Sequence[Parameters]], Parameters] = add
    divisor: Callable[[int, int], float] = by_count
    divided_first: DType = ""
    part_grads: DType = FP32
    grads: DType = FP32
    per_part: str = ""
    grad_factor: float = 1.0
    sign: bool = False
    increment: DType = FP32
    addition: DType = FP32
    masters_added: DType = FP32
    weight_decay: float = 0.0
    frozen: tuple[str, ...] = ()
    steps: int = 1
    returned: str = "new"
    shape: tuple[int, ...] = (1,)
    dtype: DType = FP32

    def __call__(self, seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
        """Takes and returns what the reference's `accumulated_step` does, but for the mistake."""
        old = self._initial(seed if self.seed is None else self.seed, x.shape[-1], y.shape[-1])
        rate = lr if self.lr is None else self.lr
        parts = self.cut(x, y, micro_batches)
        new = old
        for _ in range(self.steps):
            new = self._after(new, parts, rate, len(x))
        loss = self._loss(old, new, (x, y), in_order(x, y, micro_batches))
        return loss.astype(FP32).reshape(self.shape).astype(self.dtype)

    def _initial(self, seed: float, d_in: int, d_out: int) -> Parameters:
        layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
        parameters = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
        return {name: rounded(value, self.masters, FP32) for name, value in parameters.items()}

    def _after(self, parameters: Parameters, parts: list[Part], lr: float, rows: int) -> Parameters:
        """The parameters after one step."""
        count = len(parts)
        if not self.per_part:
            grads = [self._grads(parameters, *part, count) for part in parts]
            divisor = 1 if self.divided_first else self.divisor(count, rows)
            return self._updated(parameters, self._mean(self.added(grads), divisor), lr)
        rate = lr / count if self.per_part == "divided-rate" else lr
        seen: list[Parameters] = []
        for part in parts:
            grads = self._grads(parameters, *part, count)
            seen = [*seen, grads] if self.per_part == "sums" else [grads]
            parameters = self._updated(parameters, self._mean(self.added(seen), len(seen)), rate)
        return parameters

    def _grads(self, parameters: Parameters, x: jax.Array, y: jax.Array, count: int) -> Parameters:
        """The gradient of one part, as it is added."""
        grads = jax.grad(self.forward.loss)(parameters, x, y)
        grads = {name: rounded(grad, self.part_grads, FP32) for name, grad in grads.items()}
        if not self.divided_first:
            return grads
        return {
            name: rounded(rounded(grad, self.divided_first) / count, FP32) for name, grad in grads.items()
        }

    def _mean(self, sums: Parameters, divisor: float) -> Parameters:
        """What the optimizer gets."""
        means = {name: rounded(leaf / divisor, self.grads, FP32) for name, leaf in sums.items()}
        means = {name: leaf * self.grad_factor for name, leaf in means.items()}
        return {name: jnp.sign(leaf) for name, leaf in means.items()} if self.sign else means

    def _updated(self, parameters: Parameters, grads: Parameters, lr: float) -> Parameters:
        return {
            name: value if name in self.frozen else self._moved(value, grads[name], lr)
            for name, value in parameters.items()
        }

    def _moved(self, value: jax.Array, grad: jax.Array, lr: float) -> jax.Array:
        grad = grad + self.weight_decay * value
        increment = jnp.asarray(-lr, self.increment) * grad.astype(self.increment)
        moved = rounded(value, self.masters_added, self.addition) + increment.astype(self.addition)
        return rounded(moved, self.stored, FP32)

    def _loss(self, old: Parameters, new: Parameters, batch: Part, parts: list[Part]) -> jax.Array:
        """What comes back."""
        used = old if self.returned.startswith("old") else new
        match self.returned.removeprefix("old").removeprefix("-"):
            case "first":
                return self.final.loss(used, *parts[0])
            case "last":
                return self.final.loss(used, *parts[-1])
            case "mean":
                return jnp.mean(jnp.stack([self.final.loss(used, *part).astype(FP32) for part in parts]))
            case "rounded-mean":
                return jnp.mean(jnp.stack([self.final.loss(used, *part) for part in parts]))
            case "summed":
                return jnp.sum(jnp.stack([self.final.loss(used, *part).astype(FP32) for part in parts]))
            case _:
                return self.final.loss(used, *batch)
