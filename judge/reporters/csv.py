"""`--format csv`: all results, one submission a line."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import ClassVar

from judge.report import Report, SubmissionResult
from judge.reporters.base import Reporter, points_of
from judge.reporters.parts.ci_commands import is_command
from judge.reporters.parts.escape import escape
from judge.reporters.parts.remarks import NOT_READ
from judge.reporters.parts.rubric_text import account

COLUMNS = ("submission", "problem", "verdict", "score", "max_score", "pitfalls", "seconds", "sha256")
OF_RUBRICS = ("points", "max_points", "rubric")
_FORMULA = ("=", "+", "-", "@")


class CsvReporter(Reporter):
    """Cells that a spreadsheet takes for a formula, or a service for a command, begin with an apostrophe.

    The score of a part of the cases is left out: it is no grade. A program without findings that could not be
    read has `not-read` in the place of pitfalls. Where a problem has a rubric, the columns OF_RUBRICS follow.
    """

    filename: ClassVar[str] = "report.csv"

    def parts(self, report: Report) -> Iterator[str]:
        """A header, then the results in the order of the run."""
        rubrics = any(result.rubric is not None for result in report.results)
        yield row((*COLUMNS, *OF_RUBRICS) if rubrics else COLUMNS)
        for result in report.results:
            yield row((*_cells(result), *_by_rubric(result)) if rubrics else _cells(result))


def row(cells: Iterable[str]) -> str:
    """One line of CSV, its cells made harmless."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(map(_harmless, cells))
    return buffer.getvalue()


def _cells(result: SubmissionResult) -> tuple[str, ...]:
    pitfalls = dict.fromkeys(finding.pitfall for finding in result.findings)
    return (
        result.submission,
        result.problem,
        str(result.verdict),
        "" if result.score is None or result.part else repr(result.score),
        repr(result.max_score),
        " ".join(pitfalls) or (NOT_READ if result.unread else ""),
        repr(round(result.seconds, 4)),
        result.sha256,
    )


def _by_rubric(result: SubmissionResult) -> tuple[str, ...]:
    if result.rubric is None:
        return ("",) * len(OF_RUBRICS)
    points = None if result.part else points_of(result)
    return ("" if points is None else str(points), str(result.points), account(result))


def _harmless(value: str) -> str:
    safe = escape(value)
    return f"'{safe}" if safe.startswith(_FORMULA) or is_command(safe) else safe
