"""`--format csv`: a gradebook, one submission a line."""

import csv
import io
from dataclasses import dataclass, field
from typing import ClassVar

from judge.report import Report, SubmissionResult
from judge.reporters.base import View
from judge.reporters.escape import escape

COLUMNS = ("submission", "problem", "verdict", "score", "max_score", "pitfalls", "seconds", "sha256")
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class CsvReporter:
    """Cells that a spreadsheet would take for a formula begin with an apostrophe."""

    view: View = field(default_factory=View)
    filename: ClassVar[str] = "report.csv"

    def render(self, report: Report) -> str:
        """A header, then the results in the order of the run."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([_cell(value) for value in _row(result)] for result in report.results)
        return buffer.getvalue()


def _row(result: SubmissionResult) -> tuple[str, ...]:
    pitfalls = dict.fromkeys(finding.pitfall for finding in result.findings)
    return (
        result.submission,
        result.problem,
        str(result.verdict),
        "" if result.score is None else repr(result.score),
        repr(result.max_score),
        " ".join(pitfalls),
        repr(round(result.seconds, 4)),
        result.sha256,
    )


def _cell(value: str) -> str:
    safe = escape(value)
    return f"'{safe}" if safe.startswith(_FORMULA) else safe
