"""What is to be said about a line of a submission, for formats that pin it there."""

from collections.abc import Iterator
from dataclasses import dataclass

from judge.finding import Finding, Severity
from judge.report import Report, SubmissionResult
from judge.reporters.base import disclosed
from judge.verdict import SEVERITY, Verdict

_NOT_YOURS = "this could not be judged, which is not your fault and costs no points"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One sentence about one place, still unescaped.

    Attributes:
        rule: a pitfall's id, or the verdict where no pitfall explains it.
        help: the remedy, "" where there is none.
    """

    result: SubmissionResult
    rule: str
    severity: Severity
    message: str
    help: str = ""
    line: int | None = None
    end_line: int | None = None
    column: int | None = None

    @property
    def text(self) -> str:
        """Fact and remedy in one paragraph."""
        return f"{self.message}. Help: {self.help}" if self.help else self.message


def remarks(report: Report) -> tuple[Remark, ...]:
    """All of a run, the worst first: errors before warnings, then by verdict, then as they came."""
    found = [remark for result in report.results for remark in of_submission(result)]
    return tuple(sorted(found, key=_badness))


def of_submission(result: SubmissionResult) -> Iterator[Remark]:
    """The findings, and the verdict where they don't explain it."""
    for finding in result.findings:
        yield _of_finding(result, finding)
    ours = next((case for case in result.cases if case.verdict is Verdict.JUDGE_ERROR), None)
    if ours is not None or result.verdict is Verdict.JUDGE_ERROR:
        told = result.message if ours is None else f"case {ours.name}: {disclosed(ours).message}"
        yield Remark(
            result=result, rule=str(Verdict.JUDGE_ERROR), severity=Severity.ERROR, message=told or _NOT_YOURS
        )
    explained = any(finding.severity is Severity.ERROR for finding in result.findings)
    said = {Verdict.WRONG_ANSWER, Verdict.PITFALL} if explained else set()
    if result.verdict not in {Verdict.ACCEPTED, Verdict.JUDGE_ERROR} | said:
        yield Remark(
            result=result,
            rule=str(result.verdict),
            severity=Severity.ERROR,
            message=result.message or str(result.verdict),
            line=raised_at(result, result.verdict),
        )


def raised_at(result: SubmissionResult, verdict: Verdict) -> int | None:
    """The learner's line that raised, where that is what the verdict is about."""
    if verdict not in (Verdict.RUNTIME_ERROR, Verdict.INVALID) or result.exception is None:
        return None
    return result.exception.line


def _of_finding(result: SubmissionResult, finding: Finding) -> Remark:
    return Remark(
        result=result,
        rule=finding.pitfall,
        severity=finding.severity,
        message=finding.message,
        help=finding.help,
        line=finding.line,
        end_line=finding.end_line,
        column=finding.column,
    )


def _badness(remark: Remark) -> tuple[bool, int]:
    return remark.severity is not Severity.ERROR, SEVERITY[remark.result.verdict]
