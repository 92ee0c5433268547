"""The whole file, line by line: colours, what a line computes in, and each finding below its line."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from typing import Any

import htpy
from htpy import Node

from judge.cells import heading, in_cell, line_number, lines_name
from judge.finding import Finding, Severity
from judge.flow.parts.lanes import PHASES
from judge.pages.parts.code_colours import Spans, Underline, code_line, coloured
from judge.pages.parts.finding_box import finding_box, message_box
from judge.pages.parts.line_facts import legend, line_facts
from judge.pages.parts.place import Place
from judge.report import SubmissionResult
from judge.reporters.base import line_to_show
from judge.reporters.parts.source import source_lines

STYLE = """\
.code{border:1px solid var(--line);border-radius:6px;padding:.3rem 0;margin:.5rem 0}
.line{display:grid;grid-template-columns:3.2rem minmax(0,1fr) auto;align-items:start;min-height:1.45rem}
.line code{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem;line-height:1.45rem}
.line .at{color:var(--quiet);text-align:right;padding-right:.8rem;font-size:.8rem;line-height:1.45rem;
  user-select:none}
.line .facts{display:flex;flex-wrap:wrap;gap:.15rem .3rem;justify-content:flex-end;max-width:24rem;
  padding:0 .5rem;user-select:none}
.line .role{color:var(--quiet);font-size:.8rem;line-height:1.45rem;padding-right:.3rem}
.code .cell{margin:.2rem 0 0;padding-left:3.2rem;border-top:1px solid var(--line);font-size:.8rem}
.line.error{background:var(--bad-soft)}
.line.warning{background:var(--warn-soft)}
.line.raised{background:var(--bad-soft)}
.line.error .at,.line.raised .at{color:var(--bad);font-weight:700}
.line.warning .at{color:var(--warn);font-weight:700}
.code .finding{margin-left:3.2rem;margin-right:.5rem}
.fold summary{padding:.1rem 0 .1rem 3.2rem;font-size:.85rem}
.code .left{padding-left:3.2rem}
@media (max-width:52rem){.line{grid-template-columns:2.2rem minmax(0,1fr)}.line .at{padding-right:.5rem}
.line .facts{grid-column:2;justify-content:flex-start;padding:0 0 .2rem;max-width:none}
.line .role{line-height:1.3rem}
.code .finding{margin-left:.4rem;margin-right:.4rem}.fold summary,.code .left{padding-left:2.2rem}}
@media print{.fold::details-content{content-visibility:visible;block-size:auto}.fold summary{display:none}
.code .finding{break-inside:avoid}}
"""
BUDGET = 96 << 10  # characters of lines that nothing is said of; what is beyond isn't shown
_LINE = 80  # characters that a line costs beyond its own
SHOWN_FINDINGS = 60
_SHORT = 60  # lines of a file in which nothing is folded
_FOLDED = 12  # lines of which nothing is said, from which on they are folded
_AROUND = 3  # of these lines, that stay open beside a line that something is said of
_MARKED = 20  # lines of one finding


@dataclass(slots=True, kw_only=True)
class _Notes:
    """What is said of one line."""

    facts: Mapping[str, Any] | None = None
    underlines: list[Underline] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    raised: bool = False
    message: str = ""

    @property
    def class_(self) -> str:
        severities = {one.severity for one in self.underlines}
        worst = next((str(severity) for severity in Severity if severity in severities), "")
        return " ".join(("line", *filter(None, (worst or ("raised" if self.raised else ""),))))


def source_code(result: SubmissionResult, place: Place) -> Node:
    """The file with everything that is said of its lines; a sentence where it isn't text."""
    if result.source is None:
        return htpy.p["The file isn't text in UTF-8, so it can't be shown."]
    lines = shown_lines(result.source)
    notes = _notes(result, lines)
    parts = list(_parts(lines, notes))
    last = max((run[-1] for kind, run in parts if run and kind != "left"), default=0)
    drawn = _Drawn(
        lines=lines,
        spans=tuple(coloured(lines[:last])),
        notes=notes,
        cases=tuple(case.name for case in result.cases),
        place=place,
    )
    computes = any(note.facts for note in notes.values())
    return [
        htpy.p(class_="quiet")[legend()] if computes else None,
        htpy.div(class_="code")[[drawn.part(*part) for part in parts]],
    ]


def shown_lines(source: str | None) -> Sequence[str]:
    """The lines that a page shows: none for what isn't text, and no empty one after the last line break."""
    lines = source_lines(source or "")
    return lines if lines[-1] else lines[:-1]


def shown_findings(result: SubmissionResult) -> list[Finding]:
    """In the order of their lines, those without a line first; at most SHOWN_FINDINGS."""
    return sorted(result.findings, key=lambda finding: finding.line or 0)[:SHOWN_FINDINGS]


def _notes(result: SubmissionResult, lines: Sequence[str]) -> dict[int, _Notes]:
    """By number of the line, from 1, all that is said of lines that there are."""
    notes: defaultdict[int, _Notes] = defaultdict(_Notes)
    for facts in (result.flow.listing or {}).get("lines", ()):
        if any(facts[key] for key in (*PHASES, "casts", "roles")):
            notes[facts["line"]].facts = facts
    for finding in shown_findings(result):
        if finding.line is not None:
            last = min(max(finding.line, finding.end_line or finding.line), finding.line + _MARKED - 1)
            for number in range(finding.line, min(last, len(lines)) + 1):
                notes[number].underlines.append(_underline(finding, number, lines[number - 1]))
            notes[min(last, len(lines))].findings.append(finding)
    exception = () if result.exception is None else result.exception.lines
    meant = line_to_show(result) or (exception[-1] if exception else None)
    for number in exception if meant is None else (*exception, meant):
        notes[number].raised = True
    if meant is not None:
        notes[meant].message = result.message
    return {number: note for number, note in notes.items() if 0 < number <= len(lines)}


def _underline(finding: Finding, number: int, line: str) -> Underline:
    """The part of the line that the finding means; all of its code where that isn't known."""
    code = line.rstrip()
    begin, end = len(code) - len(code.lstrip()), len(code)
    if number == finding.line and finding.column is not None and begin < finding.column <= end:
        begin = finding.column - 1
    if number == (finding.end_line or finding.line) and begin + 1 < (finding.end_column or 0) <= end:
        end = (finding.end_column or 0) - 1
    return Underline(begin=begin, end=end, severity=str(finding.severity))


def _parts(lines: Sequence[str], notes: Mapping[int, _Notes]) -> Iterator[tuple[str, range]]:
    """The file in runs of lines, each "open", "folded" or "left" out."""
    room = BUDGET
    for told, run in groupby(range(1, len(lines) + 1), key=notes.__contains__):
        numbers = list(run)
        kept = len(numbers)
        if not told:
            costs = accumulate(len(lines[number - 1]) + _LINE for number in numbers)
            kept = sum(cost <= room for cost in costs)
            room -= sum(len(lines[number - 1]) + _LINE for number in numbers[:kept])
        first, last = numbers[0], numbers[-1]
        yield from _folded(range(first, first + kept), len(lines), told=told, alone=not notes)
        if kept < len(numbers):
            yield "left", range(first + kept, last + 1)


def _folded(run: range, count: int, *, told: bool, alone: bool) -> Iterator[tuple[str, range]]:
    """A run, its middle folded where it is long and nothing is said of it.

    Args:
        count: how many lines the file has.
        alone: nothing is said of any line.
    """
    before = _SHORT if alone else 0 if run.start == 1 else _AROUND
    after = _AROUND if run.stop <= count and not alone else 0
    if told or count <= _SHORT or len(run) - before - after <= _FOLDED:
        yield "open", run
        return
    yield "open", run[:before]
    yield "folded", run[before : len(run) - after]
    yield "open", run[len(run) - after :]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """Draws lines of one file."""

    lines: Sequence[str]
    spans: Sequence[Spans]
    notes: Mapping[int, _Notes]
    cases: Sequence[str]
    place: Place

    def part(self, kind: str, numbers: range) -> Node:
        """One run of lines."""
        if not numbers:
            return None
        span = lines_name(numbers[0], numbers[-1], self.place.cells)
        if kind == "left":
            return htpy.p(class_="left quiet")[f"{span} are left out: the page would be too large"]
        drawn = [self.line(number) for number in numbers]
        if kind == "folded":
            return htpy.details(class_="fold")[htpy.summary[span], drawn]
        return drawn

    def line(self, number: int) -> Node:
        """One line, and the findings that end with it."""
        cells = self.place.cells
        if cells and in_cell(number, cells) is None:  # the empty line after a cell
            return None
        note = self.notes.get(number, _Notes())
        spans = self.spans[number - 1] if number <= len(self.spans) else ()
        row = htpy.div(class_=note.class_, id=self.place.line(number))[
            htpy.span(class_="at")[line_number(number, cells)],
            " ",
            self.place.code(code_line(self.lines[number - 1], spans, note.underlines)),
            htpy.span(class_="facts")[([" ", fact] for fact in line_facts(note.facts))]
            if note.facts
            else None,
        ]
        return [
            htpy.p(class_="cell quiet")[begins] if (begins := heading(number, cells)) else None,
            row,
            message_box(note.message) if note.message else None,
            [finding_box(finding, self.cases, self.place) for finding in note.findings],
        ]
