"""What the checks of one problem share: its cases, what is true of them, and the trusted workers."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from judge.cases import expand
from judge.evidence import Value
from judge.expected.mistakes import MISTAKES, Mistakes
from judge.expected.trusted_process import process_of
from judge.expected.trusted_worker import Trusted
from judge.expected.truth import CaseTruth, Outputs
from judge.expected.values import REFERENCE, ExpectedValues
from judge.problem.model import Case, Problem
from judge.report import SubmissionResult
from judge.sandbox.session import Sandbox
from judge.sandbox.talking.case_inputs import case_input
from judge.sandbox.talking.requests import CaseInput, Program
from judge.verify.measured import Measured, measured
from judge.verify.sample_runs import judged

CORRECT = "correct.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much is looked at: data seeds, entropies, and mutants of the reference."""

    seeds: int = 100
    entropies: int = 1000
    eagerly_every: int = 25
    mutants: int = 60


class Workshop:
    """One problem on the bench. Thread-safe: checks may use it side by side.

    Attributes:
        cases: those of entropy 0. say: takes a sentence about what is being done.
    """

    def __init__(
        self,
        problem: Problem,
        root: Path,
        truths: ExpectedValues,
        say: Callable[[str], None],
        extent: Extent | None = None,
        *,
        all_samples: bool = True,
    ) -> None:
        self.problem = problem
        self.root = root
        self.extent = extent or Extent()
        self.expected = truths
        self.say = say
        self.cases = expand(problem, 0)
        # One for each, since who waits for one thing can go on with the others.
        self._lock, self._mistaking, self._timing = threading.Lock(), threading.Lock(), threading.Lock()
        self._truths: Mapping[str, CaseTruth] | None = None
        self._mistakes: Mistakes | None = None
        self._seconds: Mapping[str, float] | None = None
        self._sampling = threading.Lock()
        self._all_samples = all_samples  # they are judged in any case
        self._samples: tuple[SubmissionResult, ...] | None = None

    @property
    def trusted(self) -> Trusted:
        """Who runs what comes with the problem."""
        return self.expected.trusted

    @property
    def sandbox(self) -> Sandbox:
        """Where samples run as submissions do."""
        return self.trusted.sandbox

    @property
    def truths(self) -> Mapping[str, CaseTruth]:
        """What is true of each case, by its name."""
        with self._lock:
            if self._truths is None:
                self._truths = self.expected.of(self.problem, self.cases)
            return self._truths

    @property
    def usable(self) -> tuple[Case, ...]:
        """The cases whose expected output is known."""
        return tuple(case for case in self.cases if self.truths[case.name].value is not None)

    def seconds(self) -> Mapping[str, float]:
        """Name of a case -> what the reference takes in it once all is compiled; empty where it fails."""
        with self._timing:
            if self._seconds is None:
                self._seconds = self._timed()
            return self._seconds

    def _timed(self) -> Mapping[str, float]:
        found = {}
        with process_of(self.trusted, "reference") as process:
            if process.load(self.program(REFERENCE)) is not None:
                return {}
            for case in self.usable:
                for _ in range(2):  # the first time compiles
                    (swept,) = process.sweep(self.calls([case]))
                    if swept.fault is not None:
                        return {}
                    found[case.name] = process.seconds
        return found

    def mistakes(self) -> tuple[Mapping[str, Outputs], str | None]:
        """Case → mistake variant → output; and why they can't be had."""
        with self._mistaking:
            if self._mistakes is None:
                self._mistakes = self.expected.mistakes(self.problem, self.usable, self.truths)
        return self._mistakes.outputs(), self._mistakes.fault

    def samples(self) -> tuple[SubmissionResult, ...]:
        """The results of all samples, sorted by path, and the starter's as the last one."""
        with self._sampling:
            if self._samples is None:
                self._samples = judged(self.problem, self.root, self.expected)
            return self._samples

    def samples_of(self, verdict: str) -> tuple[SubmissionResult, ...]:
        """The results of the samples of one verdict; the others aren't judged for it."""
        if not self._all_samples:
            return judged(self.problem, self.root, self.expected, verdict)
        return tuple(one for one in self.samples() if Path(one.submission).parent.name == verdict)

    def named_by_samples(self) -> frozenset[str] | None:
        """The pitfalls that samples have findings of; None where not all of them are judged."""
        if not self._all_samples:
            return None
        return frozenset(one.pitfall for result in self.samples() for one in result.findings)

    def has(self, file: str) -> bool:
        """Whether there is such a file in the reference's folder."""
        return (self.problem.reference / file).is_file()

    def program(self, file: str) -> Program:
        """The reference (reference.py), or a table of variants."""
        tables = {MISTAKES: "MISTAKES", CORRECT: "CORRECT"}
        return self.trusted.program(self.problem, file, tables.get(file, self.problem.entry_point))

    def calls(self, cases: Iterable[Case]) -> tuple[CaseInput, ...]:
        """A call for each of the shipped cases."""
        return tuple(case_input(self.problem, case, self.truths[case.name].arrays) for case in cases)

    def measure(self, case: Case, value: Value) -> Measured:
        """How far off an output is, of a case that is usable."""
        expected = self.truths[case.name].value
        if expected is None:
            raise KeyError(case.name)
        return measured(self.problem, expected, value)

    @property
    def seed(self) -> int | None:
        """Which argument is the seed."""
        roles = [parameter.role for parameter in self.problem.parameters]
        return roles.index("seed") if "seed" in roles else None


def by_shape(cases: Sequence[Case]) -> list[tuple[Case, ...]]:
    """The cases in groups of equal shapes, the groups in the order of their first ones."""
    groups: dict[tuple[tuple[str, tuple[int, ...]], ...], list[Case]] = {}
    for case in cases:
        groups.setdefault(tuple(sorted(case.shapes.items())), []).append(case)
    return [tuple(group) for group in groups.values()]


def with_number(shop: Workshop, case: Case, role: str, number: float) -> Case | None:
    """The case with another number in this role; None where no parameter has it."""
    parameter = shop.problem.parameter(role)
    if parameter is None:
        return None
    return replace(case, arguments={**case.arguments, parameter.name: number})
