"""Bars: a row of coloured pieces, and lists of what is counted with a bar each.

Widths are in percent, so that a bar is as wide as there is room.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import htpy
from htpy import Node, Renderable

from judge.pages.class_parts.address import NAME, PITFALL, VERDICT, link
from judge.pages.words import kind, sign
from judge.reporters.parts.escape import escape, shortened
from judge.stats.record import PitfallCount, ProblemStatistics

STYLE = """\
.bar{display:block;width:100%;height:.8rem}
.bar rect{stroke:none}
.counts{width:100%}
.counts th{font-weight:400;width:min(15.5rem,52vw)}
.counts td.number{width:2.8rem;padding-right:.8rem}
.counts td{vertical-align:middle}
"""
Piece = tuple[int, str]  # how many, and the class of its colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing that is counted, its label made of elements already."""

    label: Node
    pieces: tuple[Piece, ...]

    @property
    def count(self) -> int:
        """Of all pieces."""
        return sum(count for count, _ in self.pieces)


def bar(pieces: Iterable[Piece], whole: int) -> Renderable:
    """Pieces side by side; `whole` is what the full width stands for. The numbers must be told beside it."""
    drawn: list[Renderable] = []
    before = 0
    for count, colour in pieces:
        if count:
            x, width = (f"{100 * part / (whole or 1):.4g}%" for part in (before, count))
            drawn.append(htpy.rect(class_=colour, x=x, width=width, height="100%"))
        before += count
    return htpy.svg(class_="bar", aria_hidden="true")[drawn]


def counts(heading: str, rows: Sequence[Row]) -> Renderable:
    """A table with a row each: label, how many submissions, and a bar."""
    most = max((row.count for row in rows), default=0)
    return htpy.table(class_="counts")[
        htpy.thead(class_="unseen")[htpy.tr[htpy.th[heading], htpy.th["submissions"], htpy.td]],
        htpy.tbody[
            [
                htpy.tr[
                    htpy.th(scope="row")[row.label],
                    htpy.td(class_="number")[str(row.count)],
                    htpy.td[bar(row.pieces, most)],
                ]
                for row in rows
            ]
        ],
    ]


def verdicts(problem: ProblemStatistics) -> Renderable:
    """How many submissions got which verdict, accepted first."""
    return counts(
        "verdict",
        [
            Row(
                label=[
                    htpy.span(class_=kind(verdict), aria_hidden="true")[f"{sign(verdict)} "],
                    htpy.a(href=link(VERDICT, verdict))[str(verdict)],
                ],
                pieces=((count, kind(verdict)),),
            )
            for verdict, count in reversed([*problem.verdicts.items()])
        ],
    )


def pitfalls(problem: ProblemStatistics) -> Renderable:
    """In how many submissions each pitfall is, the most frequent first."""
    if not problem.pitfalls:
        return htpy.p(class_="quiet")["None was found."]
    return counts("pitfall", list(map(_pitfall, problem.pitfalls)))


def _pitfall(one: PitfallCount) -> Row:
    note = " (warning)" if not one.errors else f" ({one.warnings} as a warning)" if one.warnings else ""
    name = escape(one.pitfall)
    return Row(
        label=[htpy.a(href=link(PITFALL, name))[shortened(name, NAME)], htpy.span(class_="quiet")[note]],
        pieces=((one.errors, "bad"), (one.warnings, "warn")),
    )


def exceptions(problem: ProblemStatistics) -> Renderable:
    """Types of exceptions, the most frequent first."""
    return counts(
        "exception",
        [
            Row(label=htpy.code[shortened(escape(name), NAME)], pieces=((count, "bad"),))
            for name, count in problem.exceptions
        ],
    )
