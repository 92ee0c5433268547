"""`--format markdown`: a page for GitHub's job summary, or for an issue or a wiki."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import ClassVar

from judge.cells import line_number
from judge.finding import Finding, Severity
from judge.pages.words import sign
from judge.report import CaseResult, Report, SubmissionResult
from judge.reporters.base import Reporter, disclosed, line_to_show
from judge.reporters.parts import markup
from judge.reporters.parts.escape import escape, escape_lines
from judge.reporters.parts.markdown.class_summary import LEGEND, told_of_class
from judge.reporters.parts.markdown.mermaid import flowchart
from judge.reporters.parts.markdown.short_names import ShortNames
from judge.reporters.parts.messages import is_told, once
from judge.reporters.parts.numbers import grade_cell, in_tolerances, seconds_text
from judge.reporters.parts.overview import NOT_READ
from judge.reporters.parts.rubric_text import account, points_text, rules
from judge.reporters.parts.source import source_lines
from judge.stats import statistics
from judge.verdict import Verdict

LIMIT = 1 << 20  # bytes; of a longer job summary GitHub shows nothing at all
SHOWN_PRINTS = 20  # lines
SHOWN_LINES = 6  # of one finding
SHOWN_MESSAGES = 4  # of cases
SHOWN_SIGNS = 60  # of cases
_RESERVED = 1000  # bytes for what says that something was left out
_WIDEST = 200  # characters of a line of code


class MarkdownReporter(Reporter):
    """Never longer than LIMIT: first the details of the last submissions are left out, then rows."""

    filename: ClassVar[str] = "report.md"
    flow_of_one: ClassVar[bool] = True

    def parts(self, report: Report) -> Iterator[str]:
        """What is to be said of a class, a table, then a section for each submission that isn't accepted.

        A submission that is alone has the flow of its program, too, and always a section.
        """
        alone = len(report.results) == 1
        head = f"## {_summary(report)}\n\n"
        if len(report.results) > 1:
            head += "".join(f"{part}\n\n" for part in told_of_class(statistics(report.results)))
        head += "".join(f"{_rule(problem, rule)}\n\n" for problem, rule in rules(report.results).items())
        room = LIMIT - _RESERVED - len(head.encode())
        yield head
        if report.results:
            yield _head(alone=alone)
        names = ShortNames(result.submission for result in report.results)
        table, left = _fitting(report.results, lambda one: _row(one, names, alone=alone), room)
        room -= len(table.encode())
        yield table
        if left:
            yield f"\n{left} more submissions are not in this table.\n"
        if not alone and report.results:
            yield f"\n{LEGEND}\n"
        told = (
            one
            for one in report.results
            if alone or one.verdict is not Verdict.ACCEPTED or one.findings or one.unread
        )
        sections, left = _fitting(told, lambda one: _section(one, alone=alone), room)
        yield sections
        if left:
            yield f"\nDetails of {left} more submissions don't fit here.\n"


def _head(*, alone: bool) -> str:
    if alone:
        return "| submission | verdict | score | findings |\n|---|---|---:|---|\n"
    return "| submission | verdict | score | cases | findings |\n|---|---|---:|---|---|\n"


def _rule(problem: str, rule: Sequence[str]) -> str:
    """How points are given for a problem."""
    return f"**Points for {markup.text(problem)}:** {'; '.join(map(markup.text, rule))}."


def points(result: SubmissionResult) -> Iterator[str]:
    """What a rubric gives."""
    made_of = account(result)
    if result.rubric is not None:
        yield f"**{markup.text(points_text(result))}{':' if made_of else ''}** {markup.text(made_of)}".strip()


def beginning(result: SubmissionResult) -> Iterator[str]:
    """What is said before anything else: the message, and that the program could not be read.

    A message that is a finding's stands there, with its line and its remedy.
    """
    if result.message and not any(result.message.endswith(one.message) for one in result.findings):
        yield markup.prose(result.message)
    if result.unread and result.unread not in result.message:
        yield f"**Not read:** {markup.prose(result.unread)}"
    yield from (f"Note: {markup.prose(note)}" for note in result.notes)


def explained(result: SubmissionResult) -> Iterator[str]:
    """What a learner reads of one submission beyond its cases: paragraphs."""
    yield from beginning(result)
    yield from _what_to_fix(result)
    for name, text in printed(result):
        yield f"Printed to {name}:\n\n{text}"


def _what_to_fix(result: SubmissionResult) -> Iterator[str]:
    """The line that the message is about, the exception, the findings."""
    line = line_to_show(result)
    lines = list(_numbered(result, line, line))
    if lines:
        yield markup.block(lines, "python")
    if result.exception is not None:
        shown = SHOWN_LINES if result.help is None else 1  # further ones are the library's advice
        lines = escape_lines(result.exception.message.strip("\n"))[:shown]
        where = "" if result.exception.line is None else f", {result.line_name(result.exception.line)}"
        yield f"{markup.code(result.exception.type)}{where}:\n\n{markup.block(lines)}"
    if result.help is not None and result.help not in result.message:
        yield markup.prose(f"Help: {result.help}")
    for finding in sorted(result.findings, key=lambda finding: finding.line or math.inf):
        yield finding_text(finding, result)


def printed(result: SubmissionResult) -> Iterator[tuple[str, str]]:
    """The streams that the submission printed to, and what, as a block."""
    for name, text in (("stdout", result.capture.stdout), ("stderr", result.capture.stderr)):
        if text.strip():
            yield name, markup.printed(text, SHOWN_PRINTS)


def finding_text(finding: Finding, result: SubmissionResult) -> str:
    """One finding: the fact, the lines, the remedy."""
    where = "" if finding.line is None else f", {result.line_name(finding.line)}"
    parts = [
        f"**{finding.severity}: {markup.text(finding.pitfall)}{where}.** {markup.prose(finding.message)}"
    ]
    lines = list(_numbered(result, finding.line, finding.end_line))
    if lines:
        parts.append(markup.block(lines, "python"))
    parts.append(f"Help: {markup.prose(finding.help)}")
    return "\n\n".join(parts)


def _summary(report: Report) -> str:
    count = len(report.results)
    verdicts = ", ".join(f"{number} {verdict}" for verdict, number in reversed([*report.verdicts.items()]))
    broken = "" if report.complete else " (interrupted: what was not finished is missing)"
    counted = f"{count} submission{'' if count == 1 else 's'}: {verdicts or 'none judged'}{report.caveats}"
    return markup.text(f"{counted}{broken}")


def _row(result: SubmissionResult, names: ShortNames, *, alone: bool) -> str:
    score = "" if result.score is None else grade_cell(result)
    pitfalls = ", ".join(dict.fromkeys(finding.pitfall for finding in result.findings))
    pitfalls = pitfalls or (NOT_READ if result.unread else "")
    signs = "" if alone else f" {_signs(result.cases)} |"
    name = markup.text(names.short(result.submission))
    return f"| {name} | {result.verdict} | {score} |{signs} {markup.text(pitfalls)} |\n"


def _signs(cases: Sequence[CaseResult]) -> str:
    """One for each case, in their order."""
    more = "..." if len(cases) > SHOWN_SIGNS else ""
    return "".join(sign(case.verdict) for case in cases[:SHOWN_SIGNS]) + more


def _section(result: SubmissionResult, *, alone: bool) -> str:
    cases = [disclosed(case) for case in result.cases]
    parts = [
        f"\n### {markup.text(result.submission)}: {result.verdict}",
        *points(result),
        *beginning(result),
        *_messages(result, cases),
        *_what_to_fix(result),
        *(_flow(result) if alone else ()),
        *([markup.folded(_counted(cases), _table(cases))] if cases else []),
        *(markup.folded(f"Printed to {name}", text) for name, text in printed(result)),
    ]
    return "\n\n".join(parts) + "\n"


def _counted(cases: Sequence[CaseResult]) -> str:
    counts = Counter(case.verdict for case in cases)
    verdicts = ", ".join(f"{counts[verdict]} {verdict}" for verdict in reversed(Verdict) if counts[verdict])
    return f"{len(cases)} case{'' if len(cases) == 1 else 's'}: {verdicts}"


def _table(cases: Iterable[CaseResult]) -> str:
    rows = (
        f"\n| {markup.text(case.name)} | {sign(case.verdict)} {case.verdict} | {in_tolerances(case)} "
        f"| {seconds_text(case.seconds)} |"
        for case in cases
    )
    return "| case | verdict | error (tolerances) | time |\n|---|---|---:|---:|" + "".join(rows)


def _flow(result: SubmissionResult) -> Iterator[str]:
    lines = [] if result.flow.graph is None else flowchart(result.flow.graph, result.cells)
    if lines:
        yield "**What each value is computed in.** A thick arrow: the dtype changes."
        yield markup.block(lines, "mermaid")


def _messages(result: SubmissionResult, cases: Sequence[CaseResult]) -> Iterator[str]:
    """What cases have to say that neither the submission's message nor a finding says, each thing once."""
    explained = any(finding.severity is Severity.ERROR for finding in result.findings)
    numbers = {Verdict.WRONG_ANSWER, Verdict.PITFALL} if explained else set()
    told = [said for said in once(cases) if said.case.verdict not in numbers and said.case.message]
    for said in told[:SHOWN_MESSAGES]:
        if not is_told(said, result):
            yield f"**{markup.text(said.who)}:** {markup.prose(said.case.message)}"
        elif said.others:
            yield f"The same in {said.others} more {'case' if said.others == 1 else 'cases'}."
    if len(told) > SHOWN_MESSAGES:
        yield f"... and {len(told) - SHOWN_MESSAGES} more."


def _numbered(result: SubmissionResult, first: int | None, end: int | None) -> Iterator[str]:
    lines = source_lines(result.source or "")
    if first is None or not 0 < first <= len(lines):
        return
    last = min(max(end or 0, first), first + SHOWN_LINES - 1, len(lines))
    for number in range(first, last + 1):
        line = escape(lines[number - 1].expandtabs(4).rstrip())
        yield f"{line_number(number, result.cells):>{len(str(last))}}  {line[:_WIDEST]}"


def _fitting(
    results: Iterable[SubmissionResult], part: Callable[[SubmissionResult], str], room: int
) -> tuple[str, int]:
    """The parts of as many results as fit into `room` bytes, and how many results are left."""
    taken: list[str] = []
    left = 0
    for result in results:
        text = "" if left else part(result)
        room -= len(text.encode("utf-8", "backslashreplace"))
        if left or room < 0:
            left += 1
        else:
            taken.append(text)
    return "".join(taken), left
