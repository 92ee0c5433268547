"""Submissions traced and diagnosed in the test's own process: no sandbox, no reference."""

import contextlib
import io
import json
import os
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax.numpy as jnp
import numpy as np

from judge.evidence import ArrayValue
from judge.finding import Finding
from judge.flow import Flow, read, trace_spec, unavailable
from judge.pitfalls import CaseClue, Clues, diagnose
from judge.problem.load import load_problem
from judge.problem.model import Problem
from judge.worker.load import load
from judge.worker.trace.trace import trace

ROOT = Path(__file__).resolve().parents[1]
NUMBERS = [{"number": 3.0}, {"array": 0}, {"array": 1}, {"number": 0.1}, {"number": 1024.0}]


@cache
def problem() -> Problem:
    return load_problem(ROOT, ROOT / "problems" / "mixed_precision_step")


def file_of(source: str) -> str:
    """A name for each text: JAX 0.9 keeps the lines of what it traced before, and one process traces many."""
    return f"/submission_{crc32(source.encode()):08x}.py"


def entry(source: str) -> Any:
    names = [parameter.name for parameter in problem().parameters]
    return load(source, file_of(source), problem().entry_point, names, None).call


def arrays() -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [random.normal(size=(8, size)).astype("float32") for size in (4, 2)]


def traced(source: str, *, values: bool = False, watch: bool = False) -> dict[str, Any]:
    """What the worker would send; `watch` as the judge does where that is no program."""
    case = {"file": file_of(source), "arguments": NUMBERS, "arrays": arrays()}
    spec = trace_spec(problem(), values=values) | case
    with contextlib.redirect_stdout(io.StringIO()):
        answer = trace(entry(source), spec)
        if watch and not answer["available"]:
            answer = trace(entry(source), spec | {"watch": True})
    return json.loads(json.dumps(answer))


def flow_of(source: str, *, values: bool = False) -> Flow:
    answer = traced(source, values=values, watch=True)
    return read(answer["program"], problem()) if answer["available"] else unavailable(answer["reason"])


def case_of(source: str) -> CaseClue:
    """The shape and dtype of what the entry point returns, its numbers passing."""
    with contextlib.redirect_stdout(io.StringIO()):
        value = entry(source)(3.0, *map(jnp.asarray, arrays()), 0.1, 1024.0)
    expected = ArrayValue(dtype="float32", shape=(1,), data=bytes(4))
    actual = ArrayValue(dtype=str(value.dtype), shape=tuple(value.shape), data=b"")
    return CaseClue(name="generic", expected=expected, actual=actual, error=0.0)


def diagnosed(source: str, *, run: bool = False) -> tuple[Finding, ...]:
    """The findings; `run` calls the entry point as well, for its output's shape and dtype."""
    cases = (case_of(source),) if run else ()
    return diagnose(Clues(problem=problem(), flow=flow_of(source), cases=cases, source=source))


def ids(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.pitfall for finding in findings]
