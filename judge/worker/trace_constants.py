"""What a program's constants depend on, found by comparing two traces of it.

The second trace has another seed, `loss_scale` times 2**7 and `lr` times 2: a constant that changed by
2**(7a + b) has degree a in
`loss_scale` and b in `lr`, exactly, since powers of two round nothing. Any other change comes from the
seed, or can't be told.
"""

import math
from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from .trace_types import Opaque

SCALE_POWER = 7
LR_POWER = 1
LARGEST_DEGREE = 3


def plain_constants(
    first: Sequence[Any], second: Sequence[Any] | None, *, only_seed: bool
) -> list[dict[str, Any]]:
    """JSON-able facts on each constant of the first trace.

    Args:
        first, second: (value, abstract value or None, known) triples; `second` is None where the traces
            don't align.
        only_seed: the traces differ in nothing but the seed.
    """
    pairs = zip(first, second if second is not None else first, strict=True)
    return [_plain(one, other[0], only_seed=only_seed) for one, other in pairs]


def _plain(constant: tuple[Opaque, Opaque, bool], other: Opaque, *, only_seed: bool) -> dict[str, Any]:
    value, aval, known = constant
    array = as_array(value)
    fact = {
        "dtype": str(getattr(aval, "dtype", None) or (array.dtype if array is not None else "other")),
        "shape": [int(size) for size in np.shape(array)] if array is not None else [],
        "weak": bool(getattr(aval, "weak_type", False)),
        "value": _uniform(array),
        "known": known,
    }
    return {**fact, **_change(array, as_array(other), only_seed=only_seed)}


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
