"""`--format github`: annotations on the lines of a push, as GitHub's workflow commands."""

from collections.abc import Iterator
from typing import ClassVar

from judge.report import Report
from judge.reporters.base import Reporter
from judge.reporters.parts.escape import escape
from judge.reporters.parts.remarks import Remark, remarks, worst

SHOWN = 10  # of each level, in each step; GitHub drops the others without a word
_LONGEST = 1000  # characters of a message; an annotation shows a few lines


class GithubReporter(Reporter):
    """Every line is a command, so that nothing a learner wrote is ever read as one.

    A command can't be folded: GitHub reads a line as one, and what follows in the next as no part of it.
    """

    filename: ClassVar[str] = "report.github.txt"

    def parts(self, report: Report) -> Iterator[str]:
        """The ten worst errors, the ten worst warnings, and a notice that sums the run up."""
        levels, left = worst(remarks(report), SHOWN)
        for level in levels.values():
            yield from map(_annotation, level)
        yield _notice(report, left)


def data(text: str) -> str:
    """`text` as a command's message."""
    return escape(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def prop(text: str) -> str:
    """`text` as the value of a command's property."""
    return data(text).replace(":", "%3A").replace(",", "%2C")


def _annotation(remark: Remark) -> str:
    properties = ",".join(f"{name}={prop(value)}" for name, value in _properties(remark))
    text = remark.text
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."
    return f"::{remark.severity} {properties}::{data(shown)}\n"


def _properties(remark: Remark) -> Iterator[tuple[str, str]]:
    if remark.submission != "-":
        yield "file", remark.submission
    if remark.line is not None:
        yield "line", str(remark.line)
    if remark.line is not None and remark.end_line is not None:
        yield "endLine", str(remark.end_line)
    if remark.column is not None and remark.end_line in (None, remark.line):
        yield "col", str(remark.column)
        if remark.end_column is not None and remark.end_column > remark.column:
            yield "endColumn", str(remark.end_column)
    yield "title", remark.rule


def _notice(report: Report, left: int) -> str:
    count = len(report.results)
    verdicts = ", ".join(f"{number} {verdict}" for verdict, number in reversed([*report.verdicts.items()]))
    text = f"{count} submission{'' if count == 1 else 's'}: {verdicts or 'none judged'}{report.caveats}"
    more = f"; {left} more remarks are in the other reports" if left else ""
    broken = "" if report.complete else "; interrupted, what was not finished is missing"
    return f"::notice title=judge::{data(text + more + broken)}\n"
