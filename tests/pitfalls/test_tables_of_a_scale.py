"""The problem's own tables: right styles have no finding, and its own mistakes are told by their numbers.

Their entries share switches and lines: only ids count here.
"""

import importlib
import json
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from public_cases import expected, public_cases, told_of
from thinned import thinned
from traced import given, problem

from judge.flow import Flow, read, trace_spec, unavailable
from judge.pitfalls import Clues, diagnose
from judge.worker.trace.trace import trace

# What styles do that learners may do: NumPy says that float16 overflows, optax that a name is old.
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::DeprecationWarning")

PROBLEM = "dynamic_loss_scale_step"
OWN = (
    "unchecked-overflow", "partial-finite-check", "masked-by-multiplication", "scale-not-reduced",
    "scale-not-grown", "scale-grown-early", "count-not-reset", "scale-unbounded",
)  # fmt: skip
ALSO = {"scale-not-reduced/count-kept": "count-not-reset"}  # two mistakes, each of them told
Step = Callable[..., Any]


@cache
def table(module: str, name: str) -> dict[str, Step]:
    """A table of the reference's; its modules import each other by plain names."""
    folder = str(problem(PROBLEM).reference)
    before = set(sys.modules)
    sys.path.insert(0, folder)
    try:
        found: dict[str, Step] = getattr(importlib.import_module(module), name)
    finally:
        sys.path.remove(folder)
        for own in set(sys.modules) - before:
            if getattr(sys.modules[own], "__file__", None) and folder in str(sys.modules[own].__file__):
                del sys.modules[own]  # other problems' modules have these names, too
    return dict(found)


def flow_of(step: Step) -> Flow:
    described, made = given(PROBLEM)
    asked = problem(PROBLEM)
    spec = trace_spec(asked) | {"file": "/none.py", "arguments": described, "arrays": made}
    answer = json.loads(json.dumps(trace(step, spec)))
    return read(answer["program"], asked) if answer["available"] else unavailable(answer["reason"])


def findings_of(step: Step) -> list[str]:
    cases = [
        told_of(PROBLEM, case, right, step(*arguments))
        for (case, arguments), right in zip(public_cases(PROBLEM), expected(PROBLEM), strict=True)
    ]
    clues = Clues(problem=problem(PROBLEM), flow=flow_of(step), cases=tuple(cases))
    return [finding.pitfall for finding in diagnose(clues)]


def mistakes() -> list[str]:
    return [name for name in table("mistakes", "MISTAKES") if name.partition("/")[0] in OWN]


def due(name: str) -> set[str]:
    return {name.partition("/")[0]} | ({ALSO[name]} if name in ALSO else set())


def test_the_tables_have_what_is_asked_of_them():
    assert len(table("correct", "CORRECT")) >= 40
    assert {name.partition("/")[0] for name in mistakes()} == set(OWN)


@pytest.mark.parametrize("name", thinned(list(table("correct", "CORRECT"))[::16], 3))
def test_a_right_style_has_no_finding(name: str):
    assert findings_of(table("correct", "CORRECT")[name]) == []


@pytest.mark.parametrize("name", thinned(mistakes()[::8], 6))
def test_a_mistake_of_this_problem_alone_is_told(name: str):
    assert set(findings_of(table("mistakes", "MISTAKES")[name])) == due(name)


@pytest.mark.more
@pytest.mark.parametrize("name", list(table("correct", "CORRECT"))[1::2])
def test_every_other_right_style_has_no_finding(name: str):
    assert findings_of(table("correct", "CORRECT")[name]) == []


@pytest.mark.more
@pytest.mark.parametrize("name", mistakes()[1::2])
def test_every_other_mistake_of_this_problem_alone_is_told(name: str):
    assert set(findings_of(table("mistakes", "MISTAKES")[name])) == due(name)
