"""What every report format is: a class in a file of its own that turns a Report into text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Protocol, runtime_checkable

from judge.finding import Finding
from judge.report import CaseResult, Report, RunHead, SubmissionResult, hidden_message


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a report is to look; a format takes from it what means something to it.

    Attributes:
        width: columns of text. color: ANSI colours.
        verbosity: below 0 the summary only, 0 what a learner needs, above 0 everything.
        flow: show the annotated listing of the precision flow.
        explain: `judge explain` is there to point to.
        environ: environment variables, for a format whose reader names the assignment in them.
        now: when the report is made, with its time zone; None leaves it out.
    """

    width: int = 80
    color: bool = False
    verbosity: int = 0
    flow: bool = False
    explain: bool = False
    environ: Mapping[str, str] = field(default_factory=dict)
    now: datetime | None = None


class Reporter(Protocol):
    """One report format; `filename` is what it is called when it is written into a folder."""

    filename: ClassVar[str]

    def __init__(self, view: View = ...) -> None:
        """A reporter that renders as `view` says."""

    def render(self, report: Report) -> str:
        """The whole report as text that ends with a line break; hidden cases as `disclosed` leaves them."""


@runtime_checkable
class StreamReporter(Reporter, Protocol):
    """A format that can be written while the run goes on: `render` is head, lines and tail."""

    def head(self, head: RunHead) -> str:
        """What is known before the first result."""

    def line(self, result: SubmissionResult) -> str:
        """One result; they may come in any order."""

    def tail(self, report: Report) -> str:
        """How the run ended."""


def disclosed(case: CaseResult) -> CaseResult:
    """The case as any report may show it: of a hidden one name, verdict, weight and seconds alone."""
    if case.visibility == "public":
        return case
    return CaseResult(
        name=case.name,
        verdict=case.verdict,
        visibility=case.visibility,
        weight=case.weight,
        seconds=case.seconds,
        message=hidden_message(case.verdict),
    )


def findings_about(case: CaseResult, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that name this case, or all cases; none for a hidden one, of which nothing is told."""
    if case.visibility == "hidden":
        return ()
    return tuple(finding for finding in findings if not finding.cases or case.name in finding.cases)


def whole_points(score: float | None, points: int) -> int | None:
    """`score` in whole points, rounded so that only a full score gives full points."""
    if score is None:
        return None
    return points if score >= 1 else min(round(score * points), points - 1)


def with_exit_code(report: Report, exit_code: int) -> Report:
    """The same run, ended with another exit code."""
    return replace(report, exit_code=exit_code)
