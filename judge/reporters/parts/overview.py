"""What the console says of many submissions: a line each, the most common findings, and what to do next."""

from collections import Counter
from collections.abc import Iterator
from heapq import nsmallest

from rich.cells import cell_len
from rich.text import Text

from judge.report import Report, SubmissionResult
from judge.reporters.base import View
from judge.reporters.parts.escape import escape
from judge.reporters.parts.numbers import grade_cell, graded_text
from judge.reporters.parts.rubric_text import points_text
from judge.verdict import SEVERITY

SHOWN = 50  # lines of the table; the other formats have all
COMMON = 5  # findings
_VERDICT, _SCORE, _FINDING = 13, 8, 24  # columns
_LEAST = 12  # columns of a path
_GAP = "  "
NOT_READ = "not read"  # a program that gave numbers


def line(result: SubmissionResult, width: int) -> str:
    """Verdict, score, path and first finding in `width` columns; the path is shortened from the left."""
    score = grade_cell(result)
    before = f"{result.verdict:<{_VERDICT}} {score:<{_SCORE}} "
    first = _first(result)
    room = width - cell_len(before)
    if not first or room - cell_len(first) - len(_GAP) < _LEAST:
        return f"{before}{from_left(escape(result.submission), max(room, _LEAST))}"
    path = from_left(escape(result.submission), room - cell_len(first) - len(_GAP))
    return f"{before}{path}{_GAP}{first}"


def _first(result: SubmissionResult) -> str:
    """The first finding, that it was not read, or the exception; empty where there is none of these."""
    if result.findings:
        return escape(result.findings[0].pitfall)[:_FINDING]
    if result.unread:
        return NOT_READ
    return "" if result.exception is None else escape(result.exception.type)[:_FINDING]


def accepted(result: SubmissionResult, width: int) -> Text:
    """The one line of an accepted submission; the path is shortened from the left."""
    after = "".join(f", {told}" for told in (graded_text(result), points_text(result)) if told)
    path = from_left(escape(result.submission), max(width - len(f": {result.verdict}") - len(after), _LEAST))
    return Text.assemble((path, "bold"), ": ", (str(result.verdict), "bold green"), after, overflow="fold")


def from_left(path: str, room: int) -> str:
    """The end of `path` that fits, with dots for what came before."""
    if cell_len(path) <= room:
        return path
    while path and cell_len(path) > room - 3:
        path = path[max(1, (cell_len(path) - room + 3) // 2) :]
    return f"...{path}"


def overview(report: Report, view: View) -> Iterator[Text]:
    """The end of a report of several submissions."""
    for row in _worst_first(report, view.width):
        yield Text(row, no_wrap=True, overflow="ellipsis")
    left = len(report.results) - SHOWN
    if left > 0:
        yield Text(f"... and {left} more (--report csv=PATH has all)", style="dim")
    yield Text("")
    common = Counter(
        pitfall
        for result in report.results
        for pitfall in dict.fromkeys(finding.pitfall for finding in result.findings)
    ).most_common(COMMON)
    if common:
        told = ", ".join(f"{escape(pitfall)} in {count}" for pitfall, count in common)
        yield Text(f"most common findings: {told}")
        yield Text(f"next: judge explain {escape(common[0][0])}, or judge run FILE")
        yield Text("")


def _worst_first(report: Report, width: int) -> list[str]:
    """The first lines of the table: the worst verdict first, equal ones in the order of the run.

    Only as many are held as are shown: a class may be larger than the memory.
    """
    numbered = ((SEVERITY[one.verdict], at, line(one, width)) for at, one in enumerate(report.results))
    return [row for _, _, row in nsmallest(SHOWN, numbered)]
