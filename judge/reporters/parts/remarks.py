"""What is to be said about a line of a submission, for formats that pin it there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from judge.cells import in_cell
from judge.finding import Finding, Severity
from judge.report import Report, SubmissionResult
from judge.reporters.base import disclosed
from judge.reporters.parts.source import source_lines
from judge.verdict import SEVERITY, Verdict

NOT_READ = "not-read"  # the rule of what is no pitfall, and a teacher's to look at
_NOT_YOURS = "this could not be judged, which is not your fault and costs no points"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One sentence about one place, still unescaped.

    Attributes:
        verdict: that of the submission.
        rule: a pitfall's id, or the verdict where no pitfall explains it.
        help: the remedy, "" where there is none.
        code: the line's text, "" where no line is meant.
        cell: of a notebook, which has no line that a format could pin something to: the cell and its line.
    """

    submission: str
    verdict: Verdict
    rule: str
    severity: Severity
    message: str
    help: str = ""
    line: int | None = None
    end_line: int | None = None
    column: int | None = None
    end_column: int | None = None
    code: str = ""
    cell: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        """Fact and remedy in one paragraph, after the place in a notebook."""
        place = "" if self.cell is None else f"cell {self.cell[0]}, line {self.cell[1]}: "
        return f"{place}{self.message}. Help: {self.help}" if self.help else f"{place}{self.message}"


def remarks(report: Report) -> Iterator[Remark]:
    """All of a run, as they come."""
    for result in report.results:
        yield from of_submission(result)


def worst(found: Iterable[Remark], count: int) -> tuple[dict[Severity, list[Remark]], int]:
    """Of each level the worst `count`, and how many remarks are left out.

    The worst are those with the worst verdict, equals as they came. A few times `count` are held.
    """
    levels: dict[Severity, list[Remark]] = {severity: [] for severity in Severity}
    left = 0
    for remark in found:
        level = levels[remark.severity]
        level.append(remark)
        if len(level) >= 2 * count:
            left += _cut(level, count)
    left += sum(_cut(level, count) for level in levels.values())
    return levels, left


def _cut(level: list[Remark], count: int) -> int:
    """Leave the worst `count`; how many were taken away."""
    level.sort(key=lambda remark: SEVERITY[remark.verdict])
    away = len(level[count:])
    del level[count:]
    return away


def of_submission(result: SubmissionResult) -> Iterator[Remark]:
    """The findings, and the verdict where they don't explain it."""
    for finding in result.findings:
        yield _of_finding(result, finding)
    ours = next((case for case in result.cases if case.verdict is Verdict.JUDGE_ERROR), None)
    if ours is not None or result.verdict is Verdict.JUDGE_ERROR:
        told = result.message if ours is None else f"case {ours.name}: {disclosed(ours).message}"
        yield _of_verdict(result, Verdict.JUDGE_ERROR, told or _NOT_YOURS)
    explained = any(finding.severity is Severity.ERROR for finding in result.findings)
    said = {Verdict.WRONG_ANSWER, Verdict.PITFALL} if explained else set()
    if result.verdict not in {Verdict.ACCEPTED, Verdict.JUDGE_ERROR} | said:
        yield _of_verdict(result, result.verdict, result.message or str(result.verdict))
    if result.unread and (result.verdict is Verdict.ACCEPTED or result.unread not in result.message):
        yield _not_read(result)


def _not_read(result: SubmissionResult) -> Remark:
    return Remark(
        submission=result.submission,
        verdict=result.verdict,
        rule=NOT_READ,
        severity=Severity.WARNING,
        message=result.unread,
    )


def _of_finding(result: SubmissionResult, finding: Finding) -> Remark:
    return Remark(
        submission=result.submission,
        verdict=result.verdict,
        rule=finding.pitfall,
        severity=finding.severity,
        message=finding.message,
        help=finding.help,
        **({} if result.cells else _lines(finding)),
        code=_code(result, finding.line),
        cell=in_cell(finding.line, result.cells),
    )


def _lines(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in ("line", "end_line", "column", "end_column")}


def _of_verdict(result: SubmissionResult, verdict: Verdict, message: str) -> Remark:
    line = result.line if verdict is result.verdict else None
    return Remark(
        submission=result.submission,
        verdict=result.verdict,
        rule=str(verdict),
        severity=Severity.ERROR,
        message=message,
        line=None if result.cells else line,
        code=_code(result, line),
        cell=in_cell(line, result.cells),
    )


def _code(result: SubmissionResult, line: int | None) -> str:
    lines = source_lines(result.source or "") if line else []
    return lines[line - 1].strip() if line and line <= len(lines) else ""
