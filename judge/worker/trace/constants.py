"""What a program's constants depend on, found by comparing two traces of it.

The second trace has another seed, `loss_scale` times 2**7 and `lr` times 2: a constant that changed by
2**(7a + b) has degree a in
`loss_scale` and b in `lr`, exactly, since powers of two round nothing. Any other change comes from the
seed, or can't be told.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np

from .opaque import Opaque

SCALE_POWER = 7
LR_POWER = 1
LARGEST_DEGREE = 3
PLAIN_NUMBERS = 16  # whole numbers up to this one say nothing about where they come from


def plain_constants(
    first: Sequence[Any], second: Sequence[Any] | None, *, only_seed: bool, down: bool = False
) -> list[dict[str, Any]]:
    """JSON-able facts on each constant of the first trace.

    Args:
        first, second: (value, abstract value or None, known) triples; `second` is None where the traces
            don't align.
        only_seed: the traces differ in nothing but the seed.
        down: it is the second trace whose numbers are smaller by these powers.
    """
    if second is None:
        return [_plain(one, _origin_unknown(as_array(one[0]))) for one in first]
    told = []
    for one, other in zip(first, second, strict=True):
        pair = as_array(one[0]), as_array(other[0])
        told.append(_plain(one, _change(*(pair[::-1] if down else pair), only_seed=only_seed)))
    return told


def _plain(constant: tuple[Opaque, Opaque, bool], change: Mapping[str, Any]) -> dict[str, Any]:
    value, aval, known = constant
    array = as_array(value)
    fact = {
        "dtype": str(getattr(aval, "dtype", None) or (array.dtype if array is not None else "other")),
        "shape": [int(size) for size in np.shape(array)] if array is not None else [],
        "weak": bool(getattr(aval, "weak_type", False)),
        "value": _uniform(array),
        "known": known,
    }
    return {**fact, **change}


def _origin_unknown(array: np.ndarray[Any, Any] | None) -> dict[str, Any]:
    """What is said of a constant where the second trace tells nothing: small whole numbers are themselves."""
    if array is not None and (array.dtype.kind in "iub" or is_plain_number(array)):
        return {"scale": 0, "lr": 0, "seed": array.dtype.kind in "iu" and not is_plain_number(array)}
    return {"scale": None, "lr": None, "seed": True}


def is_plain_number(array: np.ndarray[Any, Any]) -> bool:
    """Whether it is filled with a whole number that is so small that it says nothing of where it is from."""
    if array.size == 0:
        return True
    values = np.unique(array.astype(np.float64))
    return bool(values.size == 1 and values[0] == _whole(values[0]) and abs(values[0]) <= PLAIN_NUMBERS)


def _whole(number: float) -> float:
    """The whole part of a number, 0 where it has none."""
    return float(np.trunc(number)) if np.isfinite(number) else 0.0


def as_array(value: Opaque) -> np.ndarray[Any, Any] | None:
    """A constant as numpy has it, None where it isn't one."""
    try:
        if isinstance(value, jax.Array) and jax.dtypes.issubdtype(value.dtype, jax.dtypes.prng_key):
            value = jax.random.key_data(value)
        array = np.asarray(value)
    except Exception:  # a constant of a kind that we don't know is no reason to lose the trace
        return None
    return array if array.dtype != object else None


def _uniform(array: np.ndarray[Any, Any] | None) -> float | str | None:
    """The one number that fills the array, None where there are several or none; nan beside other numbers."""
    if array is None or array.size == 0 or array.dtype.kind in "OSUc":
        return None
    first = array.reshape(-1)[0]
    try:
        if array.size > 1 and not bool((array == first).all()):
            return None if bool(np.isfinite(array).all()) else "nan"
        number = float(first)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else str(number)


def _change(
    array: np.ndarray[Any, Any] | None, other: np.ndarray[Any, Any] | None, *, only_seed: bool
) -> dict[str, Any]:
    """Degrees in `loss_scale` and `lr`, None where unknown; whether the seed may have made the difference."""
    same = {"scale": 0, "lr": 0, "seed": False}
    seed = {"scale": 0, "lr": 0, "seed": True}
    unknown = seed if only_seed else {"scale": None, "lr": None, "seed": True}
    if array is None or other is None:
        return same if array is other else unknown
    if array.shape != other.shape or array.dtype != other.dtype:
        return unknown
    if array.tobytes() == other.tobytes():
        return same
    if array.dtype.kind in "iub":
        return seed
    fallback = seed if array.size > 1 else unknown  # an array full of other numbers was drawn from the seed
    return _degrees(array.astype(np.float64), other.astype(np.float64)) or fallback


def _degrees(array: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> dict[str, Any] | None:
    filled = array != 0
    if not bool((filled == (other != 0)).all()) or not bool(
        np.isfinite(array).all() and np.isfinite(other).all()
    ):
        return None
    ratios = np.unique(other[filled] / array[filled])
    if len(ratios) != 1 or ratios[0] <= 0:
        return None
    mantissa, exponent = math.frexp(float(ratios[0]))
    if mantissa != 0.5:  # noqa: PLR2004 - what frexp gives for a power of two
        return None
    power = exponent - 1
    scale = round(power / SCALE_POWER)
    lr = power - scale * SCALE_POWER
    if max(abs(scale), abs(lr)) > LARGEST_DEGREE:
        return None
    return {"scale": scale, "lr": lr, "seed": False}
