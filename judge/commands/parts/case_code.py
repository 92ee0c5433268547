"""A case as Python code: its arguments, what is expected, and a call."""

import json
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from judge.evidence import ArrayValue, TreeValue, Value
from judge.expected.truth import CaseTruth, as_numpy
from judge.problem.model import ArraySpec, Case, Parameter, Problem, Spec
from judge.sandbox.starting.numeric_settings import XLA_FLAGS

_INDENT = " " * 4
_WIDTH = 72  # of numbers: two levels of a tree can stand around them in 80 columns

_START = """\
# Case {case} of {problem}, with entropy {entropy}.
# Put it below your function, or in a file beside yours that imports it:
# from my_solution import {entry_point}

import os

import jax.numpy as jnp

# As the judge sets it: roundings stay where they are written.
os.environ.setdefault("XLA_FLAGS", "{flags}")
"""
_CALL = """\
if "{entry_point}" in globals():
    returned = {entry_point}({arguments})
    print("returned", returned)
    print("expected", expected{tolerance})
else:
    print("{entry_point} isn't defined: put it above, or import it there")
"""


def code(problem: Problem, case: Case, truth: CaseTruth, entropy: int) -> str:
    """A script that makes the case's arguments, says what is expected, and calls the entry point.

    Args:
        truth: the case's, without fault. entropy: what drawn numbers were drawn with.
    """
    assert truth.value is not None  # noqa: S101 -- so without a fault
    names = [parameter.name for parameter in problem.parameters]
    single = isinstance(truth.value, ArrayValue)
    start = _START.format(
        case=case.name,
        problem=problem.id,
        entropy=entropy,
        entry_point=problem.entry_point,
        flags=XLA_FLAGS,
    )
    call = _CALL.format(
        entry_point=problem.entry_point,
        arguments=", ".join(names),
        tolerance=f', "give or take", {_allowed(problem)}' if single else "",
    )
    values = [f"{one.name} = {_argument(one, case, truth.arrays)}" for one in problem.parameters]
    return "\n".join([start, *values, f"expected = {_returned(truth.value)}", "", call])


def _allowed(problem: Problem) -> str:
    elements = problem.returns.elements if isinstance(problem.returns, ArraySpec) else ()
    parts = [problem.tolerance.of(name) for name in elements] or [problem.tolerance]

    def shown(numbers: Iterable[float]) -> str:
        texts = [repr(number) for number in numbers]
        return f"jnp.array([{', '.join(texts)}])" if elements else texts[0]

    relative = f"{shown(part.relative for part in parts)} * abs(expected)"
    absolute = [part.absolute for part in parts]
    return f"{relative} + {shown(absolute)}" if any(absolute) else relative


def _argument(parameter: Parameter, case: Case, arrays: Mapping[str, np.ndarray[Any, Any]]) -> str:
    if parameter.spec is None:
        return repr(case.arguments[parameter.name])
    return _tree(parameter.name, parameter.spec, arrays)


def _tree(name: str, spec: Spec, arrays: Mapping[str, np.ndarray[Any, Any]]) -> str:
    if isinstance(spec, ArraySpec):
        return _array(arrays[name])
    return _collection(spec.kind, [(key, _tree(f"{name}.{key}", part, arrays)) for key, part in spec.items])


def _returned(value: Value) -> str:
    if isinstance(value, TreeValue):
        return _collection(value.kind, [(key, _returned(part)) for key, part in value.items])
    assert isinstance(value, ArrayValue)  # noqa: S101 -- the reference returns what the problem promises
    return _array(as_numpy(value))


def _collection(kind: str, parts: list[tuple[str, str]]) -> str:
    opening, closing = "{}" if kind == "dict" else "()"
    items = (f"{json.dumps(key)}: {text}" if kind == "dict" else text for key, text in parts)
    body = textwrap.indent("".join(f"{item},\n" for item in items), _INDENT)
    return f"{opening}\n{body}{closing}"


def _array(array: np.ndarray[Any, Any]) -> str:
    """An array as code: each row begins on a line of its own, and every number is exact."""
    dtype = f'dtype="{array.dtype.name}"'
    if array.ndim == 0:
        return f"jnp.array({_number(array[()])}, {dtype})"
    rows = array.reshape(-1, array.shape[-1]) if array.size else array[:0]
    lines = [line for row in rows for line in _wrapped(", ".join(map(_number, row)) + ",")]
    if array.ndim == 1 and len(lines) == 1:
        return f"jnp.array([{lines[0].strip().removesuffix(',')}], {dtype})"
    body = "\n".join(lines)
    return f"jnp.array([\n{body}\n], {dtype}).reshape({array.shape!r})"


def _wrapped(text: str) -> list[str]:
    indent = " " * 4
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def _number(value: Any) -> str:  # noqa: ANN401 -- an element of any dtype
    """The shortest text that gives this number back in its dtype."""
    short = str(value)
    if not isinstance(value, np.floating):  # those of ml_dtypes aren't numpy's, and print rounded
        return short if value.dtype.kind in "biu" else repr(float(value))
    return short if type(value)(float(short)) == value else repr(float(value))
