"""What a line computes in, and what was found there: Markdown, or plain text for who wants that."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from judge.editor.values import Sizes, told_sizes, value
from judge.finding import Finding
from judge.flow.parts.lanes import PHASES
from judge.report import SubmissionResult
from judge.reporters.parts.escape import escape, shortened
from judge.reporters.parts.markup import prose, text

MOST_ROWS = 12
MOST_FINDINGS = 6
_NAME = 60  # characters of a value's name
_PHASES = {"returned": "returned loss"}


def hover(
    result: SubmissionResult, line: int, sizes: Sizes, *, pages: Mapping[str, str], markdown: bool
) -> str:
    """What is known of a line; empty where that is nothing.

    Args:
        result: that of the text in which the program was read last.
        line: in that text, from 1.
        pages: where the page of each pitfall is.
    """
    listing = result.flow.listing or {}
    facts = next((item for item in listing.get("lines", ()) if item["line"] == line), None)
    boxes = [node for node in (result.flow.graph or {}).get("nodes", ()) if node["line"] == line]
    found = [finding for finding in result.findings if finding.line == line][:MOST_FINDINGS]
    parts = [
        *(_computes(facts, markdown=markdown) if facts is not None else ()),
        *_sizes(boxes[:MOST_ROWS], sizes, markdown=markdown),
        *(_finding(finding, pages, markdown=markdown) for finding in found),
    ]
    return "\n\n".join(parts)


def _computes(facts: Mapping[str, Any], *, markdown: bool) -> Iterator[str]:
    say = text if markdown else escape
    roles = ", ".join(facts["roles"])
    if roles:
        yield f"**{say(roles)}**" if markdown else say(roles)
    told = [f"{_PHASES.get(phase, phase)}: {' and '.join(facts[phase])}" for phase in PHASES if facts[phase]]
    told += [f"cast from {cast}" for cast in facts["casts"]]
    if told:
        yield ("  \n" if markdown else "\n").join(say(shortened(one)) for one in told)


def _sizes(boxes: Iterable[Mapping[str, Any]], sizes: Sizes, *, markdown: bool) -> Iterator[str]:
    rows = [_row(box, sizes) for box in boxes if box["dtype"]]
    if not rows:
        return
    head = ("value", "part", "dtype and shape", "least", "median", "largest")
    if markdown:
        bars = "|---|---|---|---:|---:|---:|"
        yield "\n".join(
            [f"| {' | '.join(head)} |", bars, *(f"| {' | '.join(map(text, row))} |" for row in rows)]
        )
    else:
        yield "\n".join(
            f"{row[0]} ({row[1]}): {row[2]}" + (f", {row[3]} to {row[5]}, median {row[4]}" if row[3] else "")
            for row in rows
        )
    if told := told_sizes(sizes, " ".join(row[2] for row in rows)):
        yield text(told) if markdown else told


def _row(box: Mapping[str, Any], sizes: Sizes) -> tuple[str, ...]:
    numbers = box["values"]
    magnitudes = (f"{numbers[key]:.3g}" if numbers else "" for key in ("min", "median", "max"))
    more = f" and {box['count'] - 1} more" if box["count"] > 1 else ""
    return (
        escape(shortened(box["name"], _NAME)),
        escape(_PHASES.get(box["phase"], box["phase"])),
        value(box["dtype"], box["shape"], sizes) + more,
        *magnitudes,
    )


def _finding(finding: Finding, pages: Mapping[str, str], *, markdown: bool) -> str:
    message, help_ = shortened(finding.message, 1000), shortened(finding.help, 1000)
    if not markdown:
        return f"{finding.severity}[{finding.pitfall}]: {escape(message)}\nhelp: {escape(help_)}"
    link = f"  \n[What it means]({pages[finding.pitfall]})" if finding.pitfall in pages else ""
    return f"**{finding.severity}\\[{finding.pitfall}\\]**: {prose(message)}  \nhelp: {prose(help_)}{link}"
