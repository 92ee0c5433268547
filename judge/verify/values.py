"""Values made from others: of the same structure, with other numbers or in another dtype."""

from collections.abc import Callable
from typing import Any

import ml_dtypes  # noqa: F401 - registers bfloat16 and its kin with numpy's dtype()
import numpy as np

from judge.evidence import ArrayValue, TreeValue, Value
from judge.expected.truth import as_numpy

Array = np.ndarray[Any, Any]


def as_value(array: Array) -> ArrayValue:
    """A numpy array as it passes the wall."""
    return ArrayValue(dtype=array.dtype.name, shape=array.shape, data=np.ascontiguousarray(array).tobytes())


def mapped(value: Value, change: Callable[[Array], Array]) -> Value:
    """The same structure with each array changed."""
    if isinstance(value, ArrayValue):
        return as_value(change(as_numpy(value)))
    if isinstance(value, TreeValue):
        return TreeValue(
            kind=value.kind, items=tuple((key, mapped(item, change)) for key, item in value.items)
        )
    return value


def filled(like: Value, number: float) -> Value:
    """The structure of another value, with this number everywhere."""
    return mapped(like, lambda array: np.full(array.shape, number).astype(array.dtype))


def cast(value: Value, like: Value) -> Value:
    """A value in the dtypes, and in the order, of another one of the same structure."""
    if isinstance(value, ArrayValue) and isinstance(like, ArrayValue):
        with np.errstate(all="ignore"):
            return as_value(as_numpy(value).astype(np.dtype(like.dtype)))
    if isinstance(value, TreeValue) and isinstance(like, TreeValue):
        order = {key: place for place, (key, _) in enumerate(like.items)}
        theirs = dict(like.items)
        mine = sorted(value.items, key=lambda item: order.get(item[0], len(order)))
        items = tuple((key, cast(item, theirs.get(key, item))) for key, item in mine)
        return TreeValue(kind=value.kind, items=items)
    return value


def first_number(value: Value) -> float | None:
    """What a table shows of it."""
    if isinstance(value, TreeValue):
        return next((found for _, item in value.items if (found := first_number(item)) is not None), None)
    if not isinstance(value, ArrayValue) or not value.data:
        return None
    return float(as_numpy(value).ravel()[0])
