"""How large the values of a program are, from a concrete run; only done when it is asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .constants import as_array
from .opaque import Opaque

MAX_SUMMARIES = 1000
MAX_SIZE = 1 << 22  # numbers in one array that are looked at


class Values:
    """Concrete values of a program's operands, as far as they can be computed one operation at a time."""

    def __init__(self) -> None:
        self.known: dict[int, Any] = {}

    def set(self, operands: Sequence[int], values: Sequence[Any]) -> None:
        """These operands have these values."""
        self.known.update(zip(operands, values, strict=True))

    def run(self, primitive: Opaque, params: Opaque, operands: Sequence[int], results: Sequence[int]) -> None:
        """Evaluate one operation, where all of its operands are known."""
        if primitive is None or any(operand not in self.known for operand in operands):
            return
        try:
            made = primitive.bind(*[self.known[operand] for operand in operands], **params)
        except Exception:  # what can't be evaluated alone stays unknown
            return
        self.set(results, made if primitive.multiple_results else [made])

    def summaries(self) -> dict[str, list[float]]:
        """Variable → [min, median, max of |value|, zeros, non-finite], for variables that are floating."""
        found: dict[str, list[float]] = {}
        for operand, value in self.known.items():
            if operand >= 0 and len(found) < MAX_SUMMARIES and (numbers := _numbers(value)) is not None:
                found[str(operand)] = _summary(numbers)
        return found


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


def asked_for(spec: Mapping[str, Any]) -> bool:
    """Whether values are wanted, and whether the case's axes can be told apart by their sizes."""
    if not spec.get("values"):
        return False
    sizes: dict[int, set[Any]] = {}
    for parameter, given in zip(spec["parameters"], spec["arguments"], strict=True):
        named = parameter.get("spec")
        if "array" in given and isinstance(named, Mapping) and "shape" in named:
            for name, size in zip(named["shape"], spec["arrays"][given["array"]].shape, strict=False):
                sizes.setdefault(size, set()).add(name)
    return all(len(names) == 1 for names in sizes.values())
