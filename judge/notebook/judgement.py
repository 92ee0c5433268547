"""What comes of one submission: for a program that asks, and for whoever reads it in a cell."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from judge.evidence import Capture, ExceptionFact
from judge.finding import Finding
from judge.pages.learner import learner_output
from judge.report import CaseResult, Report, SubmissionResult
from judge.reporters.base import View, disclosed
from judge.reporters.console import ConsoleReporter
from judge.reporters.markdown import MarkdownReporter
from judge.verdict import Verdict

_VIEW = View(explain=True)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Judgement:
    """The decision on one submission. As text it is what the terminal shows, in a notebook the page.

    Attributes:
        submission: what was judged: a file's path, or the name of a text or a cell.
        score: in [0, 1]; None where the judge is at fault in all cases.
        message: one line that a learner can act on.
        findings: pitfalls with their lines, facts and remedies, sorted by line.
        cases: of a hidden one name, verdict and weight alone.
        exception: what ended the program, None where nothing did.
        printed: what the program printed in public cases.
        seconds: wall time of loading, public cases and trace.
        report: all of it, as the reporters of `judge run` take it.
    """

    submission: str
    problem: str
    verdict: Verdict
    score: float | None
    message: str
    findings: tuple[Finding, ...]
    cases: tuple[CaseResult, ...]
    exception: ExceptionFact | None
    printed: Capture
    seconds: float
    report: Report = field(compare=False)

    @property
    def accepted(self) -> bool:
        """Whether nothing is left to do."""
        return self.verdict is Verdict.ACCEPTED

    @property
    def result(self) -> SubmissionResult:
        """The one result of the report."""
        (result,) = self.report.results
        return result

    def __str__(self) -> str:
        return ConsoleReporter(_VIEW).render(self.report).strip("\n")

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        """For what shows no HTML."""
        return MarkdownReporter(_VIEW).render(self.report)

    def _repr_html_(self) -> str:
        """The learner's page as a part of another one; each time with ids of its own."""
        prefix = f"judge-{secrets.token_hex(4)}-"
        return str(learner_output(self.result, self.report.head, prefix, now=datetime.now(UTC)))


def judgement_of(report: Report) -> Judgement:
    """What a report of one submission says, without anything of a hidden case."""
    (result,) = report.results
    result = replace(
        result,
        cases=tuple(map(disclosed, result.cases)),
        findings=tuple(sorted(result.findings, key=lambda one: (one.line is None, one.line or 0))),
    )
    return Judgement(
        submission=result.submission,
        problem=result.problem,
        verdict=result.verdict,
        score=result.score,
        message=result.message,
        findings=result.findings,
        cases=result.cases,
        exception=result.exception,
        printed=result.capture,
        seconds=result.seconds,
        report=replace(report, results=(result,)),
    )
