"""The few numbers that are looked at first."""

from collections.abc import Iterator

import htpy
from htpy import Renderable

from judge.reporters.parts.numbers import score_text
from judge.stats.record import ProblemStatistics

STYLE = """\
.tiles{display:flex;flex-wrap:wrap;gap:.6rem;list-style:none;margin:.8rem 0;padding:0}
.tiles li{flex:1 1 8rem;max-width:15rem;padding:.5rem .8rem;border:1px solid var(--line);border-radius:8px;
  border-top-width:4px}
.tiles strong{display:block;font-size:1.6rem;line-height:1.2}
.tiles .good{border-top-color:var(--good)}
.tiles .bad{border-top-color:var(--bad)}
.tiles .ours{border-top-color:var(--ours)}
.tiles .warn{border-top-color:var(--warn)}
.tiles li{color:var(--text)}
"""


def tiles(problem: ProblemStatistics) -> Renderable:
    """A list of numbers with their names."""
    return htpy.ul(class_="tiles")[
        [
            htpy.li(class_=colour if colour and count != "0" else None)[htpy.strong[count], " ", name]
            for count, name, colour in _tiles(problem)
        ]
    ]


def _tiles(problem: ProblemStatistics) -> Iterator[tuple[str, str, str]]:
    """Number, name, and the class of its colour."""
    yield str(problem.accepted), f"accepted ({problem.accepted_percent}%)", "good"
    median = problem.scores.median
    yield "-" if median is None else score_text(median).removeprefix("score "), "median score", ""
    yield str(problem.partly_right), "partly right", "warn"
    yield str(problem.did_not_run), "did not run", "bad"
    yield str(problem.judge_at_fault), "judge at fault", "ours"
    if problem.not_read:
        yield str(problem.not_read), "not read, numbers only", "warn"
