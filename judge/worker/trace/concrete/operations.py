"""Operations of a program with NumPy: what JAX would compile one by one, some 10 ms each.

For how large values are, not for what a submission gives: sums may differ in their last bit.
"""

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import jax
import numpy as np

from ..opaque import Opaque
from . import threefry

Array = np.ndarray[Any, Any]
Params = Mapping[str, Any]
Operation = Callable[..., Any]
ONE_BY_ONE = 1 << 16  # numbers that Python is faster for than a compiler


@dataclass(frozen=True, slots=True)
class Key:
    """A random key by its two words, (2,) uint32."""

    words: Array


def evaluated(name: str, params: Params, operands: Sequence[Array | Key], aval: Opaque) -> Array | Key | None:
    """The one result of an operation; None where it is none of those that are known here.

    Args:
        operands: as the primitive has them.
        aval: dtype and shape of its result.

    Raises:
        Exception: whatever NumPy raises where it is used in another way than is known here.
    """
    known = STRUCTURAL.get(name)
    with np.errstate(all="ignore"):
        if known is not None:
            made = known(params, *operands)
        elif name in ELEMENTWISE and not any(isinstance(operand, Key) for operand in operands):
            made = ELEMENTWISE[name](*operands)
        else:
            return None
        if made is None or isinstance(made, Key):
            return made
        result = np.asarray(made).astype(aval.dtype, copy=False)
    return result if result.shape == tuple(aval.shape) else None


def as_operand(value: Opaque) -> Array | Key | None:
    """A value in the form that operations here have; None where it has none."""
    if isinstance(value, np.ndarray | Key):
        return value
    if isinstance(value, jax.Array):
        if not jax.dtypes.issubdtype(value.dtype, jax.dtypes.prng_key):
            return np.asarray(value)
        return Key(np.asarray(jax.random.key_data(value))) if _drawn_here(value.dtype) else None
    return np.asarray(value) if isinstance(value, np.generic) else None


def as_jax(value: Array | Key) -> jax.Array:
    """The same value as JAX has it."""
    if isinstance(value, Key):
        return jax.random.wrap_key_data(jax.numpy.asarray(value.words), impl="threefry2x32")
    return jax.numpy.asarray(value)


def _drawn_here(dtype: Opaque) -> bool:
    return str(dtype) == "key<fry>" and bool(jax.config.jax_threefry_partitionable)


# --- in order of the arrays' elements ---


def _divided(left: Array, right: Array) -> Array | None:
    return left / right if left.dtype.kind not in "iub" else None  # whole ones are rounded towards zero


def _selected(which: Array, *cases: Array) -> Array | None:
    if which.dtype != bool:
        return None
    where_false, where_true = cases
    return np.where(which, where_true, where_false)


def _logistic(values: Array) -> Array:
    return 1 / (1 + np.exp(-_wide(values)))


def _wide(values: Array) -> Array:
    """Floating numbers in float32 at least."""
    return values.astype(np.promote_types(values.dtype, np.float32))


def _error_function(values: Array) -> Any:  # noqa: ANN401 - an array, or a number of no dimension
    if values.size > ONE_BY_ONE:
        return None
    return np.vectorize(math.erf, otypes=[np.float64])(values.astype(np.float64))


def _inverse_error_function(values: Array) -> Any:  # noqa: ANN401 - an array, or a number of no dimension
    """By the quantile of the normal distribution: erf⁻¹(x) = Φ⁻¹((x + 1) / 2) / √2."""
    if values.size > ONE_BY_ONE:
        return None
    quantile = NormalDist().inv_cdf

    def inverse(value: float) -> float:
        return quantile((value + 1) / 2) / math.sqrt(2) if abs(value) < 1 else math.copysign(math.inf, value)

    return np.vectorize(inverse, otypes=[np.float64])(values.astype(np.float64))


def _same(values: Array) -> Array:
    return values


ELEMENTWISE: dict[str, Operation] = {
    "abs": np.abs,
    "add": operator.add,
    "add_any": operator.add,
    "and": operator.and_,
    "ceil": np.ceil,
    "clamp": lambda low, values, high: np.minimum(np.maximum(values, low), high),
    "copy": _same,
    "copy_p": _same,
    "cos": np.cos,
    "div": _divided,
    "eq": operator.eq,
    "erf": _error_function,
    "erf_inv": _inverse_error_function,
    "exp": np.exp,
    "exp2": np.exp2,
    "expm1": np.expm1,
    "floor": np.floor,
    "ge": operator.ge,
    "gt": operator.gt,
    "is_finite": np.isfinite,
    "le": operator.le,
    "log": np.log,
    "log1p": np.log1p,
    "logistic": _logistic,
    "lt": operator.lt,
    "max": np.maximum,
    "min": np.minimum,
    "rem": np.fmod,
    "mul": operator.mul,
    "ne": operator.ne,
    "neg": operator.neg,
    "nextafter": np.nextafter,
    "not": operator.invert,
    "or": operator.or_,
    "pow": lambda base, exponent: np.power(_wide(base), exponent),
    "rsqrt": lambda values: 1 / np.sqrt(_wide(values)),
    "select_n": _selected,
    "sign": np.sign,
    "sin": np.sin,
    "sqrt": np.sqrt,
    "square": np.square,
    "stop_gradient": _same,
    "sub": operator.sub,
    "tanh": np.tanh,
    "xor": operator.xor,
}


# --- by their parameters ---


def _broadcast(params: Params, values: Array, *sizes: Array) -> Array | None:
    if sizes:
        return None
    sides = [1] * len(params["shape"])
    for size, dimension in zip(values.shape, params["broadcast_dimensions"], strict=True):
        sides[dimension] = size
    return np.broadcast_to(values.reshape(sides), params["shape"])


def _reshaped(params: Params, values: Array, *sizes: Array) -> Array | None:
    return None if sizes or params["dimensions"] is not None else values.reshape(params["new_sizes"])


def _squeezed(params: Params, values: Array) -> Array:
    return np.squeeze(values, tuple(params["dimensions"]))


def _sliced(params: Params, values: Array) -> Array:
    strides = params["strides"] or [1] * values.ndim
    return values[tuple(map(slice, params["start_indices"], params["limit_indices"], strides))]


def _other_bits(params: Params, values: Array) -> Array | None:
    same = np.dtype(params["new_dtype"]).itemsize == values.dtype.itemsize
    return values.view(params["new_dtype"]) if same else None


def _reduced(function: Callable[..., Any]) -> Operation:
    def reduce(params: Params, values: Array) -> Any:  # noqa: ANN401 - an array, or a number of no dimension
        return function(_wide(values) if values.dtype.kind in "fV" else values, axis=tuple(params["axes"]))

    return reduce


def _product(params: Params, left: Array, right: Array) -> Array:
    """`dot_general`: batch dimensions first; what is contracted is last on the left, first on the right."""
    (contracted, others), (batch, other_batch) = params["dimension_numbers"]
    free = [side for side in range(left.ndim) if side not in {*contracted, *batch}]
    other_free = [side for side in range(right.ndim) if side not in {*others, *other_batch}]
    first = _wide(left).transpose([*batch, *free, *contracted])
    second = _wide(right).transpose([*other_batch, *others, *other_free])
    sizes = [left.shape[side] for side in batch]
    rows = math.prod(left.shape[side] for side in free)
    columns = math.prod(right.shape[side] for side in other_free)
    length = math.prod(left.shape[side] for side in contracted)
    made: Array = first.reshape([*sizes, rows, length]) @ second.reshape([*sizes, length, columns])
    return made.reshape(
        [*sizes, *(left.shape[side] for side in free), *(right.shape[side] for side in other_free)]
    )


def _power(params: Params, values: Array) -> Array:
    made: Array = _wide(values) ** params["y"]
    return made


def _shifted(function: Operation) -> Operation:
    return lambda _, values, by: function(values, by) if values.dtype.kind == "u" else None


def _counted(params: Params, *sizes: Array) -> Array | None:
    if sizes:
        return None
    sides = [1] * len(params["shape"])
    sides[params["dimension"]] = -1
    return np.broadcast_to(np.arange(params["shape"][params["dimension"]]).reshape(sides), params["shape"])


def _seeded(params: Params, seed: Array) -> Key | None:
    known = params["impl"].name == "threefry2x32" and bool(jax.config.jax_threefry_partitionable)
    return Key(threefry.seeded(seed)) if known and seed.ndim == 0 else None


def _folded_in(_: Params, key: Key, data: Array) -> Key | None:
    return Key(threefry.folded_in(key.words, data)) if key.words.ndim == 1 and data.ndim == 0 else None


def _drawn(params: Params, key: Key) -> Array | None:
    known = key.words.ndim == 1 and params["bit_width"] <= threefry.WORD
    return threefry.random_bits(key.words, params["bit_width"], params["shape"]) if known else None


STRUCTURAL: dict[str, Operation] = {
    "bitcast_convert_type": _other_bits,
    "broadcast_in_dim": _broadcast,
    "concatenate": lambda params, *values: np.concatenate(values, params["dimension"]),
    "convert_element_type": lambda params, values: values.astype(params["new_dtype"]),
    "dot_general": _product,
    "integer_pow": _power,
    "iota": _counted,
    "random_bits": _drawn,
    "random_fold_in": _folded_in,
    "random_seed": _seeded,
    "random_split": lambda params, key: (
        Key(threefry.split(key.words, params["shape"])) if key.words.ndim == 1 else None
    ),
    "random_unwrap": lambda _, key: key.words,
    "reduce_and": _reduced(np.all),
    "reduce_max": _reduced(np.max),
    "reduce_min": _reduced(np.min),
    "reduce_or": _reduced(np.any),
    "reduce_sum": _reduced(np.sum),
    "reshape": _reshaped,
    "rev": lambda params, values: np.flip(values, params["dimensions"]),
    "shift_left": _shifted(np.left_shift),
    "shift_right_logical": _shifted(np.right_shift),
    "slice": _sliced,
    "squeeze": _squeezed,
    "transpose": lambda params, values: values.transpose(params["permutation"]),
}
