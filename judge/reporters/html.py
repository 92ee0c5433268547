"""`--report html=PATH`: one page for the browser, without scripts and without anything from elsewhere.

It is built as a tree and then serialized, so that no text can become markup.
"""

import math
import re
from collections.abc import Iterator
from typing import ClassVar
from xml.etree import ElementTree as ET

from judge.finding import Finding
from judge.report import CaseResult, Report, SubmissionResult
from judge.reporters.base import Reporter, disclosed, line_to_show
from judge.reporters.parts.ci_commands import behind, guarded
from judge.reporters.parts.elements import cells, element, serialized, table
from judge.reporters.parts.elements import head as page_head
from judge.reporters.parts.escape import escape, escape_lines
from judge.reporters.parts.messages import once
from judge.reporters.parts.numbers import graded_text, in_tolerances, seconds_text
from judge.reporters.parts.source import source_lines

CONTEXT = 2  # lines of code around the one that is meant
SHOWN_LINES = 20  # of one finding
SHOWN_PRINTS = 200  # lines
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { text-align: left; padding: 0.2rem 1rem 0.2rem 0; border-bottom: 1px solid #8884; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
pre { overflow-x: auto; padding: 0.6rem; background: #8881; border-radius: 4px; }
mark { background: #f5c51855; color: inherit; }
.verdict { font-weight: 600; color: #b3261e; }
.accepted { color: #1b7f3b; }
.judge_error { color: #7b3fa0; }
section { border-top: 2px solid #8886; margin-top: 2rem; }
footer { color: #888; margin-top: 2rem; font-size: 0.9rem; }
"""


class HtmlReporter(Reporter):
    """The whole run: a table, then a section for each submission."""

    filename: ClassVar[str] = "report.html"

    def parts(self, report: Report) -> Iterator[str]:
        """The page, in HTML 5: what is around the rows and the sections, then those one by one."""
        top, middle, bottom = re.split("(?=</tbody>)|(?=</main>)", serialized(_page(report)))
        yield f"<!DOCTYPE html>\n{top}"
        for number, result in enumerate(report.results):
            yield serialized(_row(number, result))
        yield middle
        for number, result in enumerate(report.results):
            yield serialized(element("section", *_section(result), id=f"submission-{number}"))
        yield f"{bottom}\n"


def _page(report: Report) -> ET.Element:
    """All but the rows of its table and the sections of its `main`."""
    head = page_head("judge report", _STYLE)
    return element("html", head, element("body", *_body(report)), lang="en")


def _body(report: Report) -> Iterator[ET.Element]:
    yield element("h1", "judge report")
    verdicts = ", ".join(f"{number} {verdict}" for verdict, number in reversed([*report.verdicts.items()]))
    yield element("p", f"Submissions: {len(report.results)}. {verdicts}{report.caveats}")
    if not report.complete:
        yield element("p", "Interrupted: what was not finished is missing here.", class_="verdict")
    yield table(("submission", "verdict", "score", "time"), ())
    yield element("main")
    tier = report.environment.get("isolation", {}).get("tier", "unknown")
    facts = (f"judge {report.judge_version}", f"entropy {report.entropy}", f"isolation {tier}")
    yield element("footer", escape(", ".join((*facts, seconds_text(report.seconds)))))


def _row(number: int, result: SubmissionResult) -> ET.Element:
    link = element("a", escape(result.submission), href=f"#submission-{number}")
    return cells(link, _verdict(result.verdict), _score(result), seconds_text(result.seconds))


def _section(result: SubmissionResult) -> Iterator[ET.Element]:
    title = element("h2", escape(result.submission), ": ")
    title.append(_verdict(result.verdict))
    yield title
    yield element("p", escape(result.message))
    if result.unread and result.unread not in result.message:
        yield element("p", escape(f"Not read: {result.unread}"))
    cases = [disclosed(case) for case in result.cases]
    if cases:
        columns = ("case", "verdict", "error (tolerances)", "time", "")
        firsts = {said.case.message: said.case for said in once(cases)}
        yield table(columns, (_case(case, firsts.get(case.message, case)) for case in cases))
    line = line_to_show(result)
    yield from _code(result.source, line, line)
    if result.exception is not None:
        lines = "\n".join(map(guarded, escape_lines(result.exception.message.strip("\n"))))
        yield element("h3", escape(result.exception.type))
        yield element("pre", lines)
        yield from _code(result.source, result.exception.line, result.exception.line)
    if result.help is not None and result.help not in result.message:
        yield element("p", escape(f"Help: {result.help}"))
    for finding in sorted(result.findings, key=lambda finding: finding.line or math.inf):
        yield from _finding(finding, result)
    for name, text in (("stdout", result.capture.stdout), ("stderr", result.capture.stderr)):
        if text.strip():
            yield element("h3", f"Printed to {name}")
            yield element("pre", _printed(text))


def _printed(text: str) -> str:
    lines = escape_lines(text.removesuffix("\n"))
    left = len(lines) - SHOWN_PRINTS
    more = [f"... and {left} more lines"] if left > 0 else []
    return "\n".join((*map(behind, lines[:SHOWN_PRINTS]), *more))


def _finding(finding: Finding, result: SubmissionResult) -> Iterator[ET.Element]:
    where = "" if finding.line is None else f", line {finding.line}"
    yield element("h3", escape(f"{finding.severity}: {finding.pitfall}{where}"))
    yield element("p", escape(finding.message))
    yield from _code(result.source, finding.line, finding.end_line)
    if finding.cases:
        yield element("p", escape(f"Cases: {', '.join(finding.cases)}"))
    yield element("p", escape(f"Help: {finding.help}"))


def _code(source: str | None, first: int | None, last: int | None) -> Iterator[ET.Element]:
    """The lines that are meant, marked, with a few around them."""
    lines = source_lines(source or "")
    if source is None or first is None or not 0 < first <= len(lines):
        return
    last = min(max(first, last or first), first + SHOWN_LINES - 1, len(lines))
    block = ET.Element("pre")
    width = len(str(last + CONTEXT))
    for number in range(max(first - CONTEXT, 1), min(last + CONTEXT, len(lines)) + 1):
        text = f"{number:>{width}}  {escape(lines[number - 1].expandtabs(4).rstrip())}"
        line = element("mark" if first <= number <= last else "span", text)
        line.tail = "\n"
        block.append(line)
    yield block


def _case(case: CaseResult, first: CaseResult) -> ET.Element:
    """One row; what another case has said before is not said again."""
    message = escape(case.message if case is first or not case.message else f"the same as {first.name}")
    return cells(
        escape(case.name), _verdict(case.verdict), in_tolerances(case), seconds_text(case.seconds), message
    )


def _score(result: SubmissionResult) -> str:
    return graded_text(result).removeprefix("score ")


def _verdict(verdict: str) -> ET.Element:
    return element("span", verdict, class_=f"verdict {verdict}")
