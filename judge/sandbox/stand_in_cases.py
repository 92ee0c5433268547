"""Cases that take the place of hidden ones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import ml_dtypes  # noqa: F401 - registers bfloat16 and its kin with numpy's dtype()
import numpy as np

from judge.sandbox.talking.requests import CaseInput
from judge.worker.wire import Array


def stand_in(case: CaseInput) -> CaseInput:
    """A case of the same form, with other numbers: what is told of it tells nothing of the case."""
    return replace(
        case,
        arguments=tuple(_other_numbers(argument) for argument in case.arguments),
        arrays=blind(case.arrays),
    )


def blind(arrays: Sequence[Array]) -> tuple[Array, ...]:
    """Arrays of the same form, of which nothing can be told of these."""
    chance = np.random.default_rng(0)
    return tuple(_other_array(array, chance) for array in arrays)


def _other_numbers(described: Mapping[str, Any]) -> Mapping[str, Any]:
    if "number" in described:
        return {"number": type(described["number"])(1)}
    if "tuple" in described:
        return {"tuple": [_other_numbers(part) for part in described["tuple"]]}
    if "dict" in described:
        return {"dict": [[key, _other_numbers(part)] for key, part in described["dict"]]}
    return described


def _other_array(array: Array, chance: np.random.Generator) -> Array:
    """Random numbers; zeros for what may be an index or a mask."""
    dtype = np.dtype(array.dtype).newbyteorder("<")
    numbers = chance.standard_normal(array.shape) if dtype.kind not in "iub" else np.zeros(array.shape)
    return replace(array, data=numbers.astype(dtype).tobytes())
