"""Cases → what the worker is asked: arguments as plain data, arrays as bytes."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from judge.problem.model import Case, Parameter, Problem, Spec, TreeSpec
from judge.sandbox.talking.requests import CaseInput, WarmUp
from judge.worker.wire import Array

WARM_UP = "warm_up"  # the function of a problem's warmup.py

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


def warm_up(problem: Problem, cases: Iterable[Case]) -> WarmUp | None:
    """The problem's warm-up program with one call for each combination of shapes; None where it has none.

    Only public cases count: what learners' workers are forked from must not know of hidden ones. Nothing but
    their shapes goes along, so that the calls are the same for each entropy, and gone through once for all.

    Raises:
        OSError, UnicodeDecodeError: it can't be read.
    """
    if problem.warm_up is None:
        return None
    calls = []
    public = [case for case in cases if case.visibility == "public"]
    for case in {tuple(sorted(case.shapes.items())): case for case in public}.values():
        asked = case_input(problem, case, blank_arrays(problem, case))
        arrays = [[array.dtype, list(array.shape)] for array in asked.arrays]
        calls.append(json.dumps([_blank(item, arrays) for item in asked.arguments]))
    return WarmUp(source=problem.warm_up.read_text(encoding="utf-8"), entry_point=WARM_UP, calls=tuple(calls))


def _blank(described: Mapping[str, Any], arrays: list[list[Any]]) -> dict[str, Any]:
    """An argument without its numbers: a worker makes them up."""
    if "number" in described:
        return {"number": type(described["number"])(1)}
    if "array" in described:
        return {"blank": arrays[described["array"]]}
    if "tuple" in described:
        return {"tuple": [_blank(item, arrays) for item in described["tuple"]]}
    if "dict" in described:
        return {"dict": [[key, _blank(item, arrays)] for key, item in described["dict"]]}
    return dict(described)


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
