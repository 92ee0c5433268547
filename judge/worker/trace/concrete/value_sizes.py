"""How large the values of a program are, from a concrete run; only done when it is asked for."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..constants import as_array
from ..opaque import Opaque
from .operations import Array, Key, as_jax, as_operand, evaluated

MAX_SUMMARIES = 1000
# What comes after one of these stays unknown, and the program is read. They count what is done, not the time
# it takes, or a report would have other sizes on a busy machine.
MAX_SIZE = 1 << 22  # numbers in one array that is computed or looked at
MOST_NUMBERS = 1 << 24  # in all arrays together: a program that is read is no reason to run out of memory
MOST_PRODUCTS = 1 << 28  # of two numbers in all matrix products together: a second, of integers
MOST_WITH_JAX = 32  # operations that JAX has to compile, some 50 ms each; the corpus has programs with eight


class Values:
    """Concrete values of a program's operands, as far as they can be computed one operation at a time."""

    def __init__(self) -> None:
        self.known: dict[int, Any] = {}
        self._held = 0
        self._products = 0.0
        self._with_jax = 0

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

        What would be large, or comes after too much of anything, stays unknown: what a program only
        mentions, it can be read without.
        """
        if primitive is None or any(operand not in self.known for operand in operands):
            return
        given = [self.known[operand] for operand in operands]
        counts = [_size(aval) for aval in avals]
        held, products = self._held + sum(counts), self._products + _products(primitive, given, sum(counts))
        if max(counts, default=0) > MAX_SIZE or held > MOST_NUMBERS or products > MOST_PRODUCTS:
            return
        self._held, self._products = held, products
        made = _with_numpy(primitive, params, given, avals)
        found: Sequence[Any] | None = None if made is None else [made]
        if found is None and self._with_jax < MOST_WITH_JAX:
            self._with_jax += 1
            found = _with_jax(primitive, params, given)
        if found is not None:
            self.set(results, found)

    def summaries(self) -> dict[str, list[float]]:
        """Variable → [min, median, max of |value|, zeros, non-finite], for variables that are floating."""
        found: dict[str, list[float]] = {}
        for operand, value in self.known.items():
            if operand >= 0 and len(found) < MAX_SUMMARIES and (numbers := _numbers(value)) is not None:
                found[str(operand)] = _summary(numbers)
        return found


def _size(value: Opaque) -> int:
    return math.prod(getattr(value, "shape", ()))


def _products(primitive: Opaque, given: Sequence[Any], count: int) -> float:
    """How many products of two numbers a matrix product takes: for (m, k) and (k, n) it is m * k * n."""
    return math.sqrt(math.prod(map(_size, given)) * count) if primitive.name == "dot_general" else 0.0


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
