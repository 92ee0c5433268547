"""Submissions that need no compiling, and how to run them."""

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

from judge.evidence import ArrayValue, CaseEvidence, Evidence
from judge.problem.model import Limits
from judge.sandbox.session import Sandbox
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.talking.case_inputs import as_wire
from judge.sandbox.talking.requests import CaseInput, Program

# Far above what is needed on a busy machine: where a limit is tested, the test sets it.
LIMITS = Limits(wall_s=60.0, cpu_s=60.0, memory_mib=4096)
X = np.array([1.0, 2.0], np.float32)


def program(source: str, /, **changes: Any) -> Program:
    """A submission that has numpy, os, sys and time, and the entry point `step(seed, x)`."""
    head = "import os, sys, time\nimport numpy as np\n"
    fields = {"name": "ada.py", "source": head + textwrap.dedent(source).lstrip("\n"), "entry_point": "step"}
    return Program(**{"parameters": ("seed", "x"), **fields, **changes})


def step(body: str) -> Program:
    """A submission whose `step(seed, x)` is this."""
    return program("def step(seed, x):\n" + textwrap.indent(textwrap.dedent(body), "    "))


def call(name: str = "one", seed: float = 1.0, **changes: Any) -> CaseInput:
    given = {"arguments": ({"number": seed}, {"array": 0}), "arrays": (as_wire(X),)}
    return CaseInput(name=name, **{**given, **changes})


def judged(
    launcher: Launcher, what: Program, *cases: CaseInput, limits: Limits = LIMITS, **options: Any
) -> Evidence:
    sandbox = Sandbox(launcher)
    evidence = sandbox.judge(what, cases or (call(),), limits, **options)
    sandbox.settle()
    return evidence


def one(launcher: Launcher, body: str, limits: Limits = LIMITS) -> CaseEvidence:
    """What a single call of a step with this body gives."""
    [found] = judged(launcher, step(body), limits=limits).cases
    return found


def numbers(found: CaseEvidence) -> list[float]:
    assert isinstance(found.value, ArrayValue), found
    return np.frombuffer(found.value.data, np.dtype(found.value.dtype)).astype(float).ravel().tolist()


def texts(found: CaseEvidence) -> str:
    """What a step that returns `np.frombuffer(text.encode(), np.uint8)` returned."""
    assert isinstance(found.value, ArrayValue), found
    return found.value.data.decode()


def stops(found: Sequence[CaseEvidence]) -> list[str | None]:
    return [case.stop.reason.value if case.stop is not None else None for case in found]
