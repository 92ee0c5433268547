"""Small problems, cases and values, in memory and as folders, for tests that need no real exercise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ml_dtypes  # noqa: F401 - registers bfloat16 with numpy's dtype()
import numpy as np

from judge.errors import SandboxFault
from judge.evidence import ArrayValue, CaseEvidence, OtherValue, Value
from judge.expected.truth import CaseTruth
from judge.problem.load import load_problem
from judge.problem.model import ArraySpec, Case, Limits, Parameter, Problem, Recipe
from judge.problem.tolerance import Tolerance
from judge.report import RunHead, SubmissionResult
from judge.run.intake import Job, RunRequest
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.process import Process
from judge.sandbox.talking.requests import WarmUp

SCALAR = ArraySpec(dtype="float32", shape=(1,))
NORMAL = Recipe(kind="normal", values=(1.0,))


def array(numbers: Any, dtype: str = "float32") -> ArrayValue:
    made = np.asarray(numbers, dtype=np.dtype(dtype))
    return ArrayValue(dtype=dtype, shape=made.shape, data=made.tobytes())


def other(kind: str, type_name: str | None = None, text: str = "") -> OtherValue:
    return OtherValue(kind=kind, type_name=type_name or kind, text=text)


def problem(**changes: Any) -> Problem:
    made = Problem(
        id="toy",
        title="A toy",
        entry_point="step",
        parameters=(
            Parameter(name="seed", kind="float", role="seed"),
            Parameter(
                name="x", kind="array", role="inputs", spec=ArraySpec(dtype="float32", shape=("N", "D"))
            ),
        ),
        returns=SCALAR,
        limits=Limits(),
        tolerance=Tolerance(relative=2**-6, representable_in="bfloat16"),
        cases=(),
        pitfalls=(),
        folder=Path("problems/toy"),
        reference=Path("reference/toy"),
        compute_dtype="bfloat16",
    )
    return replace(made, **changes)


def case(name: str = "one", **changes: Any) -> Case:
    made = Case(name=name, arguments={"seed": 1.0}, shapes={"x": (2, 3)}, data={"x": NORMAL}, data_seed=0)
    return replace(made, **changes)


def truth(number: float = 1.0, **changes: Any) -> CaseTruth:
    made = CaseTruth(arrays={"x": np.zeros((2, 3), np.float32)}, value=array([number]))
    return replace(made, **changes)


def gave(name: str, value: Value | float, **facts: Any) -> CaseEvidence:
    """Evidence of a case that returned this value; a number stands for an array of shape (1,)."""
    returned = array([value]) if isinstance(value, int | float) else value
    return CaseEvidence(name=name, value=returned, seconds=0.25, **facts)


class Asleep:
    """A launcher that must not be needed."""

    tier = "none"
    isolation: dict[str, Any] = {"tier": "none"}  # noqa: RUF012 - of a fake that is never changed

    def start(self) -> dict[str, str]:
        return {}

    def launch(self, **_: object) -> Process:
        raise SandboxFault("nothing was to be run")

    def close(self) -> None:
        pass


class Kept:
    """A launcher that is lent out: `close` leaves it running for the next one."""

    def __init__(self, launcher: Launcher) -> None:
        self.launcher = launcher
        self.tier = launcher.tier
        self.isolation = launcher.isolation

    def begin(self) -> None:
        self.launcher.begin()

    def start(self) -> dict[str, str]:
        return self.launcher.start()

    def warm(self, warm_up: WarmUp) -> str | None:
        return self.launcher.warm(warm_up)

    def launch(self, *, trusted: bool = False, readable: Sequence[Path] = ()) -> Process:
        return self.launcher.launch(trusted=trusted, readable=readable)

    def close(self) -> None:
        """Nothing: it isn't ours."""


class Heard:
    """A progress that keeps what it was told."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.head: RunHead | None = None
        self.total: int | None = None
        self.results: list[SubmissionResult] = []
        self.closed = 0

    def note(self, message: str) -> None:
        self.notes.append(message)

    def opened(self, head: RunHead) -> None:
        self.head = head

    def started(self, total: int) -> None:
        self.total = total

    def finished(self, result: SubmissionResult) -> None:
        self.results.append(result)

    def close(self) -> None:
        self.closed += 1


# Nothing is compiled here, so that a run takes no longer than its processes: the reference sums with numpy.
PROBLEM = """\
id: toy
title: Twice the sum
entry_point: step
compute_dtype: bfloat16
parameters:
  - {name: seed, kind: float, role: seed}
  - {name: x, kind: array, role: inputs, dtype: float32, shape: [N, D]}
returns: {dtype: float32, shape: [1]}
limits: {wall_s: 10, cpu_s: 10, memory_mib: 2048, output_kib: 64, file_mib: 1}
tolerance: {relative: 0.015625}
cases:
  - {name: plain, seed: 1, shapes: {x: [2, 3]}, data: {seed: 0, x: {choice: [1, 2, 3]}}}
  - {name: drawn, repeat: 2, seed: {integers: [0, 9]}, shapes: {x: [2, 3]}, data: {x: {choice: [1, 2]}}}
  - {name: unseen, visibility: hidden, weight: 2, seed: 3, shapes: {x: [4, 1]}, data: {x: {choice: [5, 6]}}}
"""

RIGHT = """\
import numpy as np


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toy:
    """The exercise above in a root folder of its own; change the files, then load it."""

    root: Path

    @classmethod
    def make(cls, root: Path, *, text: str = PROBLEM, reference: str = RIGHT) -> "Toy":
        made = cls(root=root)
        made.write("problems/toy/problem.yaml", text)
        made.write("problems/toy/statement.md", "# Twice the sum\n")
        made.write("problems/toy/starter.py", "def step(seed, x):\n    return None\n")
        made.write("reference/toy/reference.py", reference)
        return made

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def load(self) -> Problem:
        return load_problem(self.root, self.root / "problems" / "toy")

    def job(self, name: str, source: str | bytes) -> Job:
        path = self.write(f"submissions/toy/{name}", source)
        return Job(name=f"submissions/toy/{name}", path=path, problem=self.load())

    def request(self, sources: Mapping[str, str | bytes] | Sequence[Job], **changes: Any) -> RunRequest:
        """A request to judge these: file name → text, or jobs."""
        jobs = (
            tuple(self.job(name, source) for name, source in sources.items())
            if isinstance(sources, Mapping)
            else tuple(sources)
        )
        return replace(RunRequest(root=self.root, jobs=jobs, workers=2), **changes)
