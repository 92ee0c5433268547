"""Submissions traced and diagnosed in the test's own process: no sandbox, no reference.

What a submission is for is told by the entry point that it defines.
"""

import contextlib
import io
import json
import os
import re
from functools import cache
from math import prod
from pathlib import Path
from typing import Any
from zlib import crc32

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax.numpy as jnp
import numpy as np

from judge.cases import expand, materialise
from judge.evidence import ArrayValue
from judge.finding import Finding
from judge.flow import Flow, read, trace_spec, unavailable
from judge.pitfalls import CaseClue, Clues, diagnose
from judge.problem.load import load_problem
from judge.problem.model import ArraySpec, Case, Problem
from judge.worker.load import load
from judge.worker.trace.trace import trace

ROOT = Path(__file__).resolve().parents[1]
FIRST = "mixed_precision_step"
NUMBERS = [{"number": 3.0}, {"array": 0}, {"array": 1}, {"number": 0.1}, {"number": 1024.0}]
ENTRY_POINT = re.compile(r"^(?:async def |def |)(\w+)(?: = |\()", re.MULTILINE)


@cache
def problem(name: str = FIRST) -> Problem:
    return load_problem(ROOT, ROOT / "problems" / name)


def problem_of(source: str) -> Problem:
    """The problem whose entry point is defined, the first one where none is."""
    known = {path.parent.name for path in ROOT.glob("problems/*/problem.yaml")}
    defined = [name for name in ENTRY_POINT.findall(source) if name in known]
    return problem(defined[-1] if defined else FIRST)


@cache
def given(name: str = FIRST) -> tuple[list[dict[str, Any]], list[np.ndarray]]:
    """What an entry point is called with, as a worker gets it: numbers or indices, and the arrays.

    That of the first exercise is its own; of others it is a case like the one that the judge reads with.
    """
    if name == FIRST:
        return NUMBERS, arrays()
    case = telling_case(problem(name))
    made = materialise(problem(name), case, lambda _: {})
    described = [
        {"array": list(made).index(one.name)} if one.name in made else {"number": case.arguments[one.name]}
        for one in problem(name).parameters
    ]
    return described, list(made.values())


def telling_case(asked: Problem) -> Case:
    """The public case with the fewest parts that are several: three at least."""

    def parts(case: Case) -> tuple[float, ...]:
        return tuple(case.arguments[one.name] for one in asked.parameters if one.divides)

    public = [case for case in expand(asked, 0) if case.visibility == "public"]
    several = [case for case in public if all(count > 2 for count in parts(case))]
    return min(several or public, key=parts)


def called(source: str) -> Any:
    """What the submission returns for these."""
    described, made = given(problem_of(source).id)
    with contextlib.redirect_stdout(io.StringIO()):
        return entry(source)(
            *(jnp.asarray(made[one["array"]]) if "array" in one else one["number"] for one in described)
        )


def file_of(source: str) -> str:
    """A name for each text: JAX 0.9 keeps the lines of what it traced before, and one process traces many."""
    return f"/submission_{crc32(source.encode()):08x}.py"


def entry(source: str) -> Any:
    asked = problem_of(source)
    names = [parameter.name for parameter in asked.parameters]
    return load(source, file_of(source), asked.entry_point, names, None).call


def arrays() -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [random.normal(size=(8, size)).astype("float32") for size in (4, 2)]


def traced(source: str, *, values: bool = False, watch: bool = False) -> dict[str, Any]:
    """What the worker would send; `watch` as the judge does where that is no program."""
    asked = problem_of(source)
    described, made = given(asked.id)
    case = {"file": file_of(source), "arguments": described, "arrays": made}
    spec = trace_spec(asked, values=values) | case
    with contextlib.redirect_stdout(io.StringIO()):
        answer = trace(entry(source), spec)
        if watch and not answer["available"]:
            answer = trace(entry(source), spec | {"watch": True})
    return json.loads(json.dumps(answer))


def flow_of(source: str, *, values: bool = False) -> Flow:
    answer = traced(source, values=values, watch=True)
    asked = problem_of(source)
    return read(answer["program"], asked) if answer["available"] else unavailable(answer["reason"])


def case_of(source: str) -> CaseClue:
    """The shape and dtype of what the entry point returns, its numbers passing."""
    value = called(source)
    returns = problem_of(source).returns
    assert isinstance(returns, ArraySpec)
    shape = tuple(int(size) for size in returns.shape)
    expected = ArrayValue(dtype=returns.dtype, shape=shape, data=bytes(4 * prod(shape)))
    actual = ArrayValue(dtype=str(value.dtype), shape=tuple(value.shape), data=b"")
    return CaseClue(name="generic", expected=expected, actual=actual, error=0.0)


def diagnosed(source: str, *, run: bool = False) -> tuple[Finding, ...]:
    """The findings; `run` calls the entry point as well, for its output's shape and dtype.

    Where a problem's results have elements, numbers tell mistakes, and all of its public cases are run.
    """
    cases = (case_of(source),) if run and not problem_of(source).element_roles else ()
    if run and problem_of(source).element_roles:
        from public_cases import clues_of  # noqa: PLC0415 - it is made of this module

        cases = clues_of(source)
    return diagnose(Clues(problem=problem_of(source), flow=flow_of(source), cases=cases, source=source))


def ids(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.pitfall for finding in findings]
