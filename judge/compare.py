"""Arrays + Tolerance → what differs: structure first, then numbers, then representability."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import ml_dtypes  # noqa: F401 - registers bfloat16 and its kin with numpy's dtype()
import numpy as np

from judge.evidence import ArrayValue, OtherValue, TreeValue, Value, called, shape_text
from judge.problem.bounds import Bounds, bounds_of
from judge.problem.model import ArraySpec, Spec, TreeSpec
from judge.problem.tolerance import Tolerance

SHOWN_NUMBERS = 64
# How far from a representable value a float32 may be: `scaled loss / loss_scale` rounds once more in float32.
REPRESENTABLE_ULPS = 2.0

Kind = Literal["same", "type", "structure", "shape", "dtype", "numbers"]
FloatArray = np.ndarray[Any, np.dtype[np.float64]]
BoolArray = np.ndarray[Any, np.dtype[np.bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How an output compares with the expected one.

    Attributes:
        kind: the first thing that differs; "same" when the numbers pass.
        message: one line: what was expected, what came, how far off it is and where; "" when it passes.
        error: the worst element's, relative to |expected| (absolute where that is 0); None without numbers.
        tolerance: what is allowed there, in the same unit.
        expected, actual: the numbers, flattened; at most 64.
        representable: whether every number is exact in the tolerance's dtype (2 float32 ulps are allowed);
            None when that isn't asked for, or there are no numbers of the right shape.
    """

    kind: Kind
    message: str = ""
    error: float | None = None
    tolerance: float | None = None
    expected: tuple[float, ...] | None = None
    actual: tuple[float, ...] | None = None
    representable: bool | None = None

    @property
    def passed(self) -> bool:
        """Whether the numbers pass; representability is a finding, not part of it."""
        return self.kind == "same"


def compare(expected: Value, actual: Value, spec: Spec, tolerance: Tolerance) -> Comparison:
    """Compare leaf by leaf: the first fault of structure, otherwise the worst number.

    Args:
        expected: of the problem's structure, checked by `fault_of_expected`.
    """
    leaves = list(_pairs(expected, actual, spec, ()))
    broken = next((leaf for leaf in leaves if isinstance(leaf, Comparison)), None)
    if broken is not None:
        return broken
    compared = [_compare_leaf(leaf, tolerance) for leaf in leaves if isinstance(leaf, _Leaf)]
    worst = max(compared, key=_tolerances)
    if len(compared) == 1:
        return worst
    flags = {one.representable for one in compared} - {None}
    return Comparison(
        kind=worst.kind,
        message=worst.message,
        error=worst.error,
        tolerance=worst.tolerance,
        expected=sum((one.expected or () for one in compared), ())[:SHOWN_NUMBERS],
        actual=sum((one.actual or () for one in compared), ())[:SHOWN_NUMBERS],
        representable=flags == {True} if flags else None,
    )


@dataclass(frozen=True, slots=True)
class _Leaf:
    where: tuple[str, ...]
    expected: ArrayValue
    actual: ArrayValue
    elements: tuple[str, ...]


def _pairs(
    expected: Value, actual: Value, spec: Spec, where: tuple[str, ...]
) -> Iterator["_Leaf | Comparison"]:
    """Both sides' arrays, or the first difference of structure on each branch."""
    if isinstance(spec, TreeSpec):
        yield from _tree_pairs(expected, actual, spec, where)
    elif isinstance(expected, ArrayValue) and isinstance(actual, ArrayValue):
        yield _shape_or_dtype(expected, actual, where) or _Leaf(where, expected, actual, spec.elements)
    else:
        yield Comparison(kind="type", message=place_text(where) + not_an_array(actual, spec))


def _tree_pairs(
    expected: Value, actual: Value, spec: TreeSpec, where: tuple[str, ...]
) -> Iterator["_Leaf | Comparison"]:
    names = [name for name, _ in spec.items]
    if not isinstance(actual, TreeValue) or (spec.kind == "dict") != (actual.kind == "dict"):
        wanted = (
            f"a {spec.kind} with {', '.join(names)}" if spec.kind == "dict" else f"a tuple of {len(names)}"
        )
        yield Comparison(kind="type", message=f"{place_text(where)}expected {wanted}, got {called(actual)}")
        return
    if sorted(name for name, _ in actual.items) != sorted(names):
        came = ", ".join(name for name, _ in actual.items)
        message = f"{place_text(where)}expected the entries {', '.join(names)}, got {came}"
        yield Comparison(kind="structure", message=message)
        return
    ours, theirs = dict(expected.items if isinstance(expected, TreeValue) else ()), dict(actual.items)
    for name, inner in spec.items:
        yield from _pairs(ours[name], theirs[name], inner, (*where, name))


def place_text(where: tuple[str, ...]) -> str:
    """Where in a tree, as messages begin: "in [1]: ", "" for all of it."""
    return f"in {''.join(f'[{name}]' for name in where)}: " if where else ""


def _shape_or_dtype(expected: ArrayValue, actual: ArrayValue, where: tuple[str, ...]) -> Comparison | None:
    if expected.shape != actual.shape:
        hint = ""
        if math.prod(expected.shape) == math.prod(actual.shape):
            hint = f"; `.reshape({shape_text(expected.shape)})` gives it that shape"
        wanted, came = shape_text(expected.shape), shape_text(actual.shape)
        message = f"expected an array of shape {wanted}, got shape {came}{hint}"
        return Comparison(kind="shape", message=place_text(where) + message)
    if expected.dtype != actual.dtype:
        message = f"expected dtype {expected.dtype}, got {actual.dtype}"
        message += f"; `.astype(jnp.{expected.dtype})` gives it that dtype"
        return Comparison(kind="dtype", message=place_text(where) + message, actual=shown_numbers(actual))
    return None


def numbers(value: ArrayValue) -> FloatArray:
    """The elements as float64, which is exact for every real dtype that passes the wall but 64-bit integers.

    Complex numbers lose their imaginary part: no problem can promise them.
    """
    array = np.frombuffer(value.data, dtype=np.dtype(value.dtype)).reshape(value.shape)
    return np.real(array).astype(np.float64)


def shown_numbers(value: ArrayValue) -> tuple[float, ...]:
    """The first numbers, flattened."""
    return tuple(float(number) for number in numbers(value).ravel()[:SHOWN_NUMBERS])


def _compare_leaf(leaf: _Leaf, tolerance: Tolerance) -> Comparison:
    wanted, came = numbers(leaf.expected), numbers(leaf.actual)
    facts: dict[str, Any] = {"expected": shown_numbers(leaf.expected), "actual": shown_numbers(leaf.actual)}
    if wanted.size == 0:
        return Comparison(kind="same", error=0.0, tolerance=tolerance.relative, representable=None, **facts)
    bounds = bounds_of(tolerance.of(".".join(leaf.where)), leaf.elements)
    with np.errstate(all="ignore"):
        error, allowed = _errors(wanted, came, bounds)
        excess = np.where(allowed > 0, error / allowed, np.where(error > 0, np.inf, 0.0))
        excess = np.where(np.isnan(error), np.inf, excess)
    worst = int(np.argmax(excess))
    facts |= {"error": float(error.flat[worst]), "tolerance": float(allowed.flat[worst])}
    facts["representable"] = _representable(leaf, tolerance)
    wrong = ~(error <= allowed)
    if not wrong.any():
        return Comparison(kind="same", **facts)
    return Comparison(kind="numbers", message=_numbers_message(leaf, came, wrong, worst, bounds), **facts)


def _errors(wanted: FloatArray, came: FloatArray, bounds: Bounds) -> tuple[FloatArray, FloatArray]:
    """Each element's error and what is allowed, both relative to |wanted|, absolute where that is 0."""
    unit = np.where(wanted == 0, 1.0, np.abs(wanted))
    relative = np.where(wanted == 0, 0.0, bounds[0])
    error = np.abs(came - wanted) / unit
    same = ~np.isfinite(wanted) & ((came == wanted) | (np.isnan(came) & np.isnan(wanted)))
    odd = ~np.isfinite(wanted)
    return np.where(odd, np.where(same, 0.0, np.inf), error), np.where(odd, 0.0, relative + bounds[1] / unit)


def _representable(leaf: _Leaf, tolerance: Tolerance) -> bool | None:
    """Whether each element is so in the dtype that is asked of it; None where none is asked of any."""
    tolerance = tolerance.of(".".join(leaf.where))
    if not leaf.elements:
        return representable(leaf.actual, tolerance.representable_in)
    size = len(leaf.actual.data) // max(1, len(leaf.elements))
    found = {
        representable(
            ArrayValue(
                dtype=leaf.actual.dtype, shape=(1,), data=leaf.actual.data[index * size : (index + 1) * size]
            ),
            tolerance.of(name).representable_in,
        )
        for index, name in enumerate(leaf.elements)
    } - {None}
    return found == {True} if found else None


def _tolerances(one: Comparison) -> float:
    if one.error is None or one.tolerance is None:
        return 0.0
    if math.isnan(one.error):
        return math.inf
    return (
        one.error / one.tolerance
        if one.tolerance
        else math.copysign(math.inf, one.error)
        if one.error
        else 0.0
    )


def off_by(error: float, tolerance: float) -> str:
    """How far off in words: "off by 12 tolerances"."""
    if not math.isfinite(error) or not tolerance:
        return "not within any tolerance"
    count = error / tolerance
    return f"off by {count:,.0f} tolerances" if count >= 10 else f"off by {count:.1f} tolerances"  # noqa: PLR2004 - digits that mean something


def _numbers_message(leaf: _Leaf, came: FloatArray, wrong: BoolArray, worst: int, bounds: Bounds) -> str:
    wanted = numbers(leaf.expected)
    want, got = float(wanted.flat[worst]), float(came.flat[worst])
    place = place_text(leaf.where)
    if leaf.elements:
        off = [name for name, one in zip(leaf.elements, wrong, strict=True) if one]
        also = f"{', '.join(off[:-1])} and {off[-1]} are off; " if len(off) > 1 else ""
        place += f"{also}[{worst}] ({leaf.elements[worst]}): "
    elif wanted.size > 1:
        index = ", ".join(str(int(axis)) for axis in np.unravel_index(worst, wanted.shape))
        place += f"{int(wrong.sum())} of {wanted.size} numbers are off, the worst at [{index}]: "
    relative, absolute = (float(np.broadcast_to(bound, wanted.shape).flat[worst]) for bound in bounds)
    allowed = relative * abs(want) + absolute
    text = f"{place}expected {{}}, got {{}}".format(*number_texts(want, got))
    if not math.isfinite(want):
        return f"{text}: the same was expected"
    if not math.isfinite(got):
        return f"{text}: a finite number was expected"
    if relative == absolute == 0:
        return f"{text}: it must be exact"
    return f"{text}: {off_by(abs(got - want), allowed)} (allowed: {allowed:.6g} either way)"


def number_texts(one: float, other: float) -> tuple[str, str]:
    """Two numbers that differ, to six digits where that shows it, otherwise in full."""
    short = f"{one:.6g}", f"{other:.6g}"
    return short if short[0] != short[1] else (repr(one), repr(other))


def representable(value: ArrayValue, dtype: str | None) -> bool | None:
    """Whether every finite number is within 2 float32 ulps of one that `dtype` can hold exactly.

    None when `dtype` is None or the value isn't float32.
    """
    if dtype is None or value.dtype != "float32":
        return None
    array = np.frombuffer(value.data, dtype=np.float32)
    finite = array[np.isfinite(array)]
    with np.errstate(all="ignore"):
        rounded = finite.astype(np.dtype(dtype)).astype(np.float32)
        near = np.abs(finite - rounded) <= REPRESENTABLE_ULPS * np.spacing(np.abs(finite))
    return bool(near.all())


_INSTEAD = {
    "none": "the function returned nothing (None)",
    "float": "a Python float came",
    "int": "a Python int came",
    "bool": "a Python bool came",
    "scalar": "a single numpy number came",
    "str": "a string came",
    "variable": "an nnx.Variable came, not the array in it",
    "tracer": "a tracer came: a value that was kept from inside jit or grad instead of being returned by it",
}


def not_an_array(value: Value, spec: ArraySpec) -> str:
    """What came instead of an array, and what to return."""
    came = _INSTEAD.get(value.kind) if isinstance(value, OtherValue) else None
    came = came or f"{called(value)} came"
    return f"{came}; return an array of shape {shape_text(spec.shape)} and dtype {spec.dtype}{_how(spec)}"


def _how(spec: ArraySpec) -> str:
    if spec.shape != (1,):
        return ""
    return f", for example `jnp.reshape(loss, (1,)).astype(jnp.{spec.dtype})`"
