"""What every report format is: a class in a file of its own that turns a Report into text."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar

from judge.finding import Finding, Severity
from judge.hidden_cases import hidden_message
from judge.report import CaseResult, Report, RunHead, SubmissionResult


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
        student_id: finds a student's id in the name of a file; None for the name itself.
        student: a list's own way from problem and file to an id, which goes before `student_id`.
    """

    width: int = 80
    color: bool = False
    verbosity: int = 0
    flow: bool = False
    explain: bool = False
    environ: Mapping[str, str] = field(default_factory=dict)
    now: datetime | None = None
    student_id: re.Pattern[str] | None = None
    student: Callable[[str, str], str] | None = None


@dataclass(frozen=True, slots=True)
class Reporter(ABC):
    """One report format.

    Attributes:
        view: how it is to look.
        filename: what it is called when it is written into a folder.
        further_files: names of files that it writes into a folder as well, whatever the run was.
        wants_flow: it shows the precision flow, also where nobody asked for that by `--show flow`.
        flow_of_one: it does so of a submission that is alone in its run.
        one_submission: it tells of one submission, so that a run of several can't be told in it.
    """

    view: View = field(default_factory=View)
    filename: ClassVar[str]
    further_files: ClassVar[tuple[str, ...]] = ()
    wants_flow: ClassVar[bool] = False
    flow_of_one: ClassVar[bool] = False
    one_submission: ClassVar[bool] = False

    @abstractmethod
    def parts(self, report: Report) -> Iterator[str]:
        """The report as pieces of text, the last of which ends with a line break.

        `report.results` may be of any length and lie on disk: go through them as often as needed, but
        keep none. Hidden cases are shown as `disclosed` leaves them.
        """

    def files(self, report: Report) -> Iterator[tuple[str, Iterator[str]]]:
        """What it is when it is written into a folder: the name of each file, and its pieces of text.

        A name may begin with folders, before a `/`. Take the pieces of one file before the next file.
        """
        yield self.filename, self.parts(report)

    def render(self, report: Report) -> str:
        """The whole report as one text."""
        return "".join(self.parts(report))


class StreamReporter(Reporter):
    """A format that can be written while the run goes on: head, lines and tail."""

    def parts(self, report: Report) -> Iterator[str]:
        """The same, with the results in the order of the run."""
        yield self.head(report.head)
        yield from map(self.line, report.results)
        yield self.tail(report)

    @abstractmethod
    def head(self, head: RunHead) -> str:
        """What is known before the first result."""

    @abstractmethod
    def line(self, result: SubmissionResult) -> str:
        """One result; they may come in any order."""

    @abstractmethod
    def tail(self, report: Report) -> str:
        """How the run ended."""


def disclosed(case: CaseResult) -> CaseResult:
    """The case as any report may show it: of a hidden one name, verdict and weight alone."""
    if case.visibility == "public":
        return case
    return CaseResult(
        name=case.name,
        verdict=case.verdict,
        visibility=case.visibility,
        weight=case.weight,
        seconds=None,
        message=hidden_message(case.verdict),
    )


def line_to_show(result: SubmissionResult) -> int | None:
    """The line that the verdict's message is about, where no finding and no exception shows it anyway."""
    explained = any(finding.severity is Severity.ERROR for finding in result.findings)
    return None if explained or result.exception is not None else result.line


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


def points_of(result: SubmissionResult) -> int | None:
    """A submission's whole points: those of the problem's rubric where it has one, else by the score."""
    if result.rubric is not None:
        return result.rubric.whole
    return whole_points(result.score, result.points)


def with_exit_code(report: Report, exit_code: int) -> Report:
    """The same run, ended with another exit code."""
    return replace(report, exit_code=exit_code)
