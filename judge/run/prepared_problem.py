"""A problem's cases, before and after it is known what is true of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from judge.expected.truth import CaseTruth, Outputs
from judge.problem.model import Case, Problem
from judge.sandbox.talking.requests import WarmUp


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemOutline:
    """What is known of a problem's cases before anything was computed.

    Attributes:
        whose: what tells them from others; kept, so that ids stay its own.
        warm_up: what workers can go through ahead of a submission.
    """

    problem: Problem
    cases: tuple[Case, ...]
    whose: object
    warm_up: WarmUp | None = None
    cases_total: int | None = None  # where these are a part

    @property
    def workers(self) -> int:
        """How many a submission takes that breaks no limit: hidden cases get one of their own."""
        return 1 + any(case.visibility == "hidden" for case in self.cases)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedProblem:
    """What all submissions of one problem share: its cases and what is true of them.

    Attributes:
        mistakes: what mistake variants give in them, by name of the case. unsure: some may be missing.
        warm_up: what workers can go through ahead of a submission.
    """

    problem: Problem
    cases: tuple[Case, ...]
    truths: Mapping[str, CaseTruth]
    digest: str
    mistakes: Callable[[], Mapping[str, Outputs]] = dict
    unsure: Callable[[], bool] = bool
    warm_up: WarmUp | None = None
    cases_total: int | None = None  # where these are a part

    @property
    def runnable(self) -> tuple[Case, ...]:
        """The cases whose expected output is known."""
        return tuple(case for case in self.cases if self.truths[case.name].fault is None)
