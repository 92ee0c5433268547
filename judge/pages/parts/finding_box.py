"""One finding: the fact, what to do, and where to read on."""

from collections.abc import Sequence

import htpy
from htpy import Node, Renderable

from judge.cells import lines_name
from judge.finding import EvidenceKind, Finding, Severity
from judge.pages.parts.place import Place
from judge.pages.words import prose
from judge.reporters.parts.escape import escape, shortened

STYLE = """\
.finding{border-left:4px solid;padding:.4rem .8rem .5rem;margin:.15rem 0 .5rem;border-radius:0 6px 6px 0}
.finding.error{border-color:var(--bad);background:var(--bad-soft)}
.finding.warning{border-color:var(--warn);background:var(--warn-soft)}
.finding p{margin:.15rem 0}
.finding.error .title strong{color:var(--bad)}
.finding.warning .title strong{color:var(--warn)}
"""
_SEEN = {
    EvidenceKind.FLOW: "seen in the program that was traced",
    EvidenceKind.NUMBERS: "seen in the numbers",
    EvidenceKind.PROBE: "seen with a special input",
    EvidenceKind.STATE: "seen in the model or the optimizer after the step",
    EvidenceKind.SOURCE: "seen in the source",
}
_SHOWN_CASES = 12


def finding_box(finding: Finding, all_cases: Sequence[str], place: Place) -> Renderable:
    """The box that stands below the line it is about.

    Args:
        all_cases: names of the submission's cases; a finding that names them all needs no list.
    """
    return htpy.div(class_=f"finding {finding.severity}")[
        htpy.p(class_="title")[
            htpy.strong[escape(finding.pitfall)],
            f" ({finding.severity}), " if finding.severity is Severity.WARNING else ", ",
            _lines(finding, place),
        ],
        htpy.p[prose(shortened(finding.message))],
        htpy.p[htpy.strong["Do: "], prose(shortened(finding.help))] if finding.help else None,
        htpy.p(class_="quiet")[
            _cases(finding, all_cases),
            _SEEN[finding.evidence],
            ". Read more: ",
            htpy.code[f"judge explain {escape(finding.pitfall)}"],
        ],
    ]


def message_box(message: str) -> Renderable:
    """The verdict's message below the line that it is about, where no finding explains it."""
    return htpy.div(class_="finding error")[htpy.p[prose(shortened(message))]]


def _lines(finding: Finding, place: Place) -> Node:
    if finding.line is None:
        return "in no single line"
    last = finding.end_line or finding.line
    return (
        lines_name(finding.line, last, place.cells) if last > finding.line else place.line_link(finding.line)
    )


def _cases(finding: Finding, all_cases: Sequence[str]) -> str:
    """Which cases it holds for, where these aren't all."""
    if not finding.cases or set(finding.cases) >= set(all_cases):
        return ""
    names = ", ".join(map(escape, finding.cases[:_SHOWN_CASES]))
    more = len(finding.cases) - _SHOWN_CASES
    return f"Cases: {names}{f' and {more} more' if more > 0 else ''}; "
