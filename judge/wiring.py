"""Cases → what the worker is asked: arguments as plain data, arrays as bytes."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from judge.problem.model import Case, Parameter, Problem, Spec, TreeSpec
from judge.sandbox import CaseInput
from judge.worker.wire import Array

Arrays = Mapping[str, np.ndarray[Any, Any]]


def case_input(
    problem: Problem, case: Case, arrays: Arrays, *, entry: str | None = None, abstract: bool = False
) -> CaseInput:
    """One call of the entry point.

    Args:
        arrays: leaf name → array, as `judge.cases.materialise` makes them.
        entry: which function of a table to call. abstract: send shapes and dtypes only.
    """
    sent: list[Array] = []
    arguments = tuple(_argument(parameter, case, arrays, sent) for parameter in problem.parameters)
    return CaseInput(
        name=case.name,
        arguments=arguments,
        arrays=tuple(sent),
        hidden=case.visibility == "hidden",
        entry=entry,
        abstract=abstract,
    )


def blank_arrays(problem: Problem, case: Case) -> dict[str, np.ndarray[Any, Any]]:
    """Zeros of the case's shapes and dtypes, for calls that look at nothing else."""
    return {name: np.zeros(case.shapes[name], np.dtype(spec.dtype)) for name, spec in problem.arrays.items()}


def _argument(parameter: Parameter, case: Case, arrays: Arrays, sent: list[Array]) -> dict[str, Any]:
    if parameter.kind == "float":
        return {"number": float(case.arguments[parameter.name])}
    if parameter.kind == "int":
        return {"number": int(case.arguments[parameter.name])}
    return _array_argument(parameter.name, parameter.spec, arrays, sent)


def _array_argument(name: str, spec: Spec | None, arrays: Arrays, sent: list[Array]) -> dict[str, Any]:
    if isinstance(spec, TreeSpec):
        parts = [[key, _array_argument(f"{name}.{key}", part, arrays, sent)] for key, part in spec.items]
        return {"dict": parts} if spec.kind == "dict" else {"tuple": [part for _, part in parts]}
    sent.append(as_wire(arrays[name]))
    return {"array": len(sent) - 1}


def as_wire(array: np.ndarray[Any, Any]) -> Array:
    """A numpy array as it passes the wall."""
    plain = np.ascontiguousarray(array)
    return Array(plain.dtype.name, tuple(array.shape), plain.astype(plain.dtype.newbyteorder("<")).tobytes())


def from_wire(array: Array) -> np.ndarray[Any, Any]:
    """The numpy array of one that passed the wall; read-only."""
    return np.frombuffer(array.data, dtype=np.dtype(array.dtype)).reshape(array.shape)
