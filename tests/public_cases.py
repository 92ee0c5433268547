"""A problem's public cases as detectors see them, run in the test's own process."""

import contextlib
import io
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from traced import entry, problem, problem_of

from judge.cases import expand, materialise
from judge.compare import compare
from judge.diagnosis import in_tolerances
from judge.evidence import ArrayValue
from judge.pitfalls import CaseClue
from judge.problem.model import Case
from judge.worker.load import load

STOPS = (Exception, SystemExit)


def array(value: object) -> ArrayValue | None:
    """An output as the worker would report it, None for what is no array."""
    if not isinstance(value, jax.Array | np.ndarray):
        return None
    numbers = np.asarray(value)
    return ArrayValue(dtype=str(numbers.dtype), shape=numbers.shape, data=numbers.tobytes())


@cache
def public_cases(name: str) -> tuple[tuple[Case, tuple[Any, ...]], ...]:
    """Each public case with what the entry point is called with."""
    asked = problem(name)
    found = []
    for case in expand(asked, 0):
        if case.visibility == "public":
            made = materialise(asked, case, lambda one: _weights(name, one))
            arrays = {key: jnp.asarray(value) for key, value in made.items()}
            given = tuple((arrays | dict(case.arguments))[one.name] for one in asked.parameters)
            found.append((case, given))
    return tuple(found)


@cache
def reference(name: str) -> str:
    return (problem(name).reference / "reference.py").read_text(encoding="utf-8")


@cache
def expected(name: str) -> tuple[ArrayValue, ...]:
    step = entry(reference(name))
    found = [array(step(*given)) for _, given in public_cases(name)]
    return tuple(value for value in found if value is not None)


def told_of(name: str, case: Case, right: ArrayValue, output: object) -> CaseClue:
    """What is told of one case's output."""
    asked, actual = problem(name), array(output)
    compared = None if actual is None else compare(right, actual, asked.returns, asked.tolerance)
    return CaseClue(
        name=case.name,
        expected=right,
        actual=actual,
        error=None if compared is None else in_tolerances(compared),
        representable=None if compared is None else compared.representable,
        arguments=case.arguments,
    )


def clues_of(source: str) -> tuple[CaseClue, ...]:
    """Every public case of the problem that a submission is for, but those in which it fails."""
    name, step, found = problem_of(source).id, entry(source), []
    for (case, given), right in zip(public_cases(name), expected(name), strict=True):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(*STOPS):
            found.append(told_of(name, case, right, step(*given)))
    return tuple(found)


def _weights(name: str, case: Case) -> dict[str, Any]:
    names = [one.name for one in problem(name).parameters]
    initial = load(reference(name), "/reference.py", "initial_weights", names, None)
    assert initial.call is not None
    shapes = {key: jax.ShapeDtypeStruct(shape, jnp.float32) for key, shape in case.shapes.items()}
    made = initial.call(**shapes, **case.arguments)
    return {key: np.asarray(value) for key, value in made.items()}
