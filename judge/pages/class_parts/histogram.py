"""How the scores are distributed: ten columns for what is below the full score, and one for that."""

from collections.abc import Iterator

import htpy
from htpy import Element, Renderable

from judge.stats.record import Scores

STYLE = """\
.histogram{display:block;width:100%;height:11rem;overflow:visible}
.histogram rect{stroke:none}
.histogram .part{fill:var(--link)}
.histogram line{stroke:var(--rule)}
"""
_FULL_HEIGHT = 78.0  # percent of the height that the largest column takes
_FLOOR = 88.0  # percent of the height where columns stand
_GAP = 0.12  # of a column's width
_LEAST = 1.0  # percent of the height: what is there is seen


def histogram(scores: Scores) -> Renderable:
    """The picture, which tells its numbers to those who can't see it."""
    columns = list(_columns(scores))
    most = max(count for _, _, count in columns) or 1
    told = ", ".join(f"{name}: {count}" for _, name, count in columns if count)
    wide = 100 / len(columns)
    return htpy.svg(class_="histogram", role="img", aria_label=f"Submissions by score: {told or 'none'}")[
        htpy.line(x1="0", x2="100%", y1=f"{_FLOOR}%", y2=f"{_FLOOR}%"),
        [
            _column(at * wide, wide, label, count, most, full=at == len(columns) - 1)
            for at, (label, _, count) in enumerate(columns)
        ],
    ]


def _columns(scores: Scores) -> Iterator[tuple[str, str, int]]:
    """Label, name and count of each."""
    bins = len(scores.bins)
    for at, count in enumerate(scores.bins):
        yield f"{at / bins:.1f}".removeprefix("0"), f"from {at / bins:.1f}", count
    yield "full", "full", scores.full


def _column(x: float, wide: float, label: str, count: int, most: int, *, full: bool) -> list[Element]:
    height = max(count / most * _FULL_HEIGHT, _LEAST) if count else 0.0
    middle = f"{x + wide / 2:.4g}%"
    drawn = [htpy.text(class_="quiet", x=middle, y="99%", text_anchor="middle")[label]]
    if count:
        top = _FLOOR - height
        drawn += [
            htpy.rect(
                class_="good" if full else "part",
                x=f"{x + wide * _GAP / 2:.4g}%",
                y=f"{top:.4g}%",
                width=f"{wide * (1 - _GAP):.4g}%",
                height=f"{height:.4g}%",
            ),
            htpy.text(x=middle, y=f"{top:.4g}%", dy="-.35em", text_anchor="middle")[str(count)],
        ]
    return drawn
