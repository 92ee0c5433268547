"""How large the values of a program are, from a concrete run; only done when it is asked for."""

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..constants import as_array
from ..opaque import Opaque
from .operations import Array, Key, as_jax, as_operand, evaluated

MAX_SUMMARIES = 1000
MOST_SECONDS = 2.0  # for one program: what comes after that stays unknown, and the program is read
MAX_SIZE = 1 << 22  # numbers in one array that is computed or looked at
MOST_NUMBERS = 1 << 24  # in all arrays together: a program that is read is no reason to run out of memory


class Values:
    """Concrete values of a program's operands, as far as they can be computed one operation at a time."""

    def __init__(self) -> None:
        self.known: dict[int, Any] = {}
        self._spent = 0.0
        self._held = 0

    def set(self, operands: Sequence[int], values: Sequence[Any]) -> None:
        """These operands have these values."""
        self.known.update(zip(operands, values, strict=True))

    def constant(self, operand: int, value: Opaque, aval: Opaque) -> None:
        """A constant has this value, in the dtype that the program has it in."""
        dtype = getattr(aval, "dtype", None)
        self.known[operand] = np.asarray(value, dtype) if isinstance(value, bool | int | float) else value

    def run(
        self,
        primitive: Opaque,
        params: Mapping[str, Any],
        operands: Sequence[int],
        results: Sequence[int],
        avals: Sequence[Any],
    ) -> None:
        """Evaluate one operation, where all of its operands are known: as NumPy has it, or as JAX does.

        What would be large, or comes after too much time or too many numbers, stays unknown: what a program
        only mentions, it can be read without.
        """
        if primitive is None or any(operand not in self.known for operand in operands):
            return
        counts = [math.prod(getattr(aval, "shape", ())) for aval in avals]
        held = self._held + sum(counts)
        if max(counts, default=0) > MAX_SIZE or held > MOST_NUMBERS or self._spent > MOST_SECONDS:
            return
        self._held = held
        began = time.perf_counter()
        given = [self.known[operand] for operand in operands]
        made = _with_numpy(primitive, params, given, avals)
        found = _with_jax(primitive, params, given) if made is None else [made]
        if found is not None:
            self.set(results, found)
        self._spent += time.perf_counter() - began

    def summaries(self) -> dict[str, list[float]]:
        """Variable → [min, median, max of |value|, zeros, non-finite], for variables that are floating."""
        found: dict[str, list[float]] = {}
        for operand, value in self.known.items():
            if operand >= 0 and len(found) < MAX_SUMMARIES and (numbers := _numbers(value)) is not None:
                found[str(operand)] = _summary(numbers)
        return found


def _with_numpy(
    primitive: Opaque, params: Mapping[str, Any], given: Sequence[Any], avals: Sequence[Any]
) -> Array | Key | None:
    """An operation's one result; None where it has several, or isn't known, or not in this form."""
    operands = [operand for operand in map(as_operand, given) if operand is not None]
    if len(operands) < len(given) or len(avals) != 1:
        return None
    try:
        return evaluated(primitive.name, params, operands, avals[0])
    except Exception:  # of a submission's program that is written in a way that nobody thought of
        return None


def _with_jax(primitive: Opaque, params: Mapping[str, Any], given: Sequence[Any]) -> Sequence[Any] | None:
    """An operation's results; None where it can't be evaluated alone, or calls back what it did before."""
    if "callback" in primitive.name:
        return None
    try:
        made = primitive.bind(
            *(as_jax(value) if isinstance(value, np.ndarray | Key) else value for value in given), **params
        )
    except Exception:  # what can't be evaluated alone stays unknown
        return None
    return made if primitive.multiple_results else [made]


def _numbers(value: Opaque) -> np.ndarray[Any, Any] | None:
    array = as_array(value)
    if array is None or not 0 < array.size <= MAX_SIZE or array.dtype.kind in "iubOSU":
        return None
    sizes: np.ndarray[Any, Any] = np.abs(array.astype(np.float64))
    return sizes


def _summary(numbers: np.ndarray[Any, Any]) -> list[float]:
    finite = numbers[np.isfinite(numbers)]
    sizes = [float(finite.min()), float(np.median(finite)), float(finite.max())] if finite.size else [0.0] * 3
    return [*sizes, int((numbers == 0).sum()), int(numbers.size - finite.size)]
