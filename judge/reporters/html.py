"""`--report html=PATH`: one page for the browser, without scripts and without anything from elsewhere.

It is built as a tree and then serialized, so that no text can become markup.
"""

import math
import re
from collections.abc import Iterable, Iterator
from typing import ClassVar
from xml.etree import ElementTree as ET

from judge.finding import Finding
from judge.report import CaseResult, Report, SubmissionResult
from judge.reporters.base import Reporter, disclosed, line_to_show
from judge.reporters.parts.ci_commands import behind, guarded
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
        top, middle, bottom = re.split("(?=</tbody>)|(?=</main>)", _text(_page(report)))
        yield f"<!DOCTYPE html>\n{top}"
        for number, result in enumerate(report.results):
            yield _text(_row(number, result))
        yield middle
        for number, result in enumerate(report.results):
            yield _text(_element("section", *_section(result), id=f"submission-{number}"))
        yield f"{bottom}\n"


def _text(element: ET.Element) -> str:
    return ET.tostring(element, encoding="unicode", method="html")


def _page(report: Report) -> ET.Element:
    """All but the rows of its table and the sections of its `main`."""
    policy = {
        "http-equiv": "Content-Security-Policy",
        "content": "default-src 'none'; style-src 'unsafe-inline'",
    }
    head = _element(
        "head",
        ET.Element("meta", charset="utf-8"),
        ET.Element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        ET.Element("meta", policy),
        _element("title", "judge report"),
        _element("style", _STYLE),
    )
    return _element("html", head, _element("body", *_body(report)), lang="en")


def _body(report: Report) -> Iterator[ET.Element]:
    yield _element("h1", "judge report")
    verdicts = ", ".join(f"{number} {verdict}" for verdict, number in reversed([*report.verdicts.items()]))
    yield _element("p", f"Submissions: {len(report.results)}. {verdicts}{report.caveats}")
    if not report.complete:
        yield _element("p", "Interrupted: what was not finished is missing here.", class_="verdict")
    yield _table(("submission", "verdict", "score", "time"), ())
    yield _element("main")
    tier = report.environment.get("isolation", {}).get("tier", "unknown")
    facts = (f"judge {report.judge_version}", f"entropy {report.entropy}", f"isolation {tier}")
    yield _element("footer", escape(", ".join((*facts, seconds_text(report.seconds)))))


def _row(number: int, result: SubmissionResult) -> ET.Element:
    link = _element("a", escape(result.submission), href=f"#submission-{number}")
    return _cells(link, _verdict(result.verdict), _score(result), seconds_text(result.seconds))


def _section(result: SubmissionResult) -> Iterator[ET.Element]:
    title = _element("h2", escape(result.submission), ": ")
    title.append(_verdict(result.verdict))
    yield title
    yield _element("p", escape(result.message))
    if result.unread and result.unread not in result.message:
        yield _element("p", escape(f"Not read: {result.unread}"))
    cases = [disclosed(case) for case in result.cases]
    if cases:
        columns = ("case", "verdict", "error (tolerances)", "time", "")
        firsts = {said.case.message: said.case for said in once(cases)}
        yield _table(columns, (_case(case, firsts.get(case.message, case)) for case in cases))
    line = line_to_show(result)
    yield from _code(result.source, line, line)
    if result.exception is not None:
        lines = "\n".join(map(guarded, escape_lines(result.exception.message.strip("\n"))))
        yield _element("h3", escape(result.exception.type))
        yield _element("pre", lines)
        yield from _code(result.source, result.exception.line, result.exception.line)
    if result.help is not None and result.help not in result.message:
        yield _element("p", escape(f"Help: {result.help}"))
    for finding in sorted(result.findings, key=lambda finding: finding.line or math.inf):
        yield from _finding(finding, result)
    for name, text in (("stdout", result.capture.stdout), ("stderr", result.capture.stderr)):
        if text.strip():
            yield _element("h3", f"Printed to {name}")
            yield _element("pre", _printed(text))


def _printed(text: str) -> str:
    lines = escape_lines(text.removesuffix("\n"))
    left = len(lines) - SHOWN_PRINTS
    more = [f"... and {left} more lines"] if left > 0 else []
    return "\n".join((*map(behind, lines[:SHOWN_PRINTS]), *more))


def _finding(finding: Finding, result: SubmissionResult) -> Iterator[ET.Element]:
    where = "" if finding.line is None else f", line {finding.line}"
    yield _element("h3", escape(f"{finding.severity}: {finding.pitfall}{where}"))
    yield _element("p", escape(finding.message))
    yield from _code(result.source, finding.line, finding.end_line)
    if finding.cases:
        yield _element("p", escape(f"Cases: {', '.join(finding.cases)}"))
    yield _element("p", escape(f"Help: {finding.help}"))


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
        line = _element("mark" if first <= number <= last else "span", text)
        line.tail = "\n"
        block.append(line)
    yield block


def _case(case: CaseResult, first: CaseResult) -> ET.Element:
    """One row; what another case has said before is not said again."""
    message = escape(case.message if case is first or not case.message else f"the same as {first.name}")
    return _cells(
        escape(case.name), _verdict(case.verdict), in_tolerances(case), seconds_text(case.seconds), message
    )


def _score(result: SubmissionResult) -> str:
    return graded_text(result).removeprefix("score ")


def _verdict(verdict: str) -> ET.Element:
    return _element("span", verdict, class_=f"verdict {verdict}")


def _table(columns: tuple[str, ...], rows: Iterable[ET.Element]) -> ET.Element:
    head = _element("tr", *(_element("th", column) for column in columns))
    return _element("table", _element("thead", head), _element("tbody", *rows))


def _cells(*cells: ET.Element | str) -> ET.Element:
    return _element("tr", *(_element("td", cell) for cell in cells))


def _element(tag: str, *content: ET.Element | str, class_: str = "", **attributes: str) -> ET.Element:
    """An element with texts and elements in it, in their order."""
    element = ET.Element(tag, attributes)
    if class_:
        element.set("class", class_)
    for part in content:
        if isinstance(part, ET.Element):
            element.append(part)
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + part
        else:
            element.text = (element.text or "") + part
    return element
