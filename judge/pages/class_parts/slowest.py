"""Who took longest."""

import htpy
from htpy import Renderable

from judge.pages.class_parts.address import Links, named
from judge.reporters.parts.escape import escape
from judge.reporters.parts.numbers import seconds_text
from judge.stats.record import ProblemStatistics

STYLE = """\
.slowest{margin:.3rem 0;padding:0;list-style:none}
.slowest li{display:grid;grid-template-columns:4.5rem 1fr;gap:.8rem}
"""


def slowest(problem: ProblemStatistics, links: Links) -> Renderable:
    """Seconds, file, and the limits that it broke or came near to, the slowest first."""
    return htpy.ol(class_="slowest")[
        [
            htpy.li[
                htpy.span(class_="number")[seconds_text(slow.seconds)],
                htpy.span[
                    named(slow.submission, links),
                    htpy.span(class_="bad" if slow.limits else "quiet")[f" {escape(slow.beside_limits)}"]
                    if slow.beside_limits
                    else None,
                ],
            ]
            for slow in problem.slowest
        ]
    ]
