"""How far off each case is: a row a case, its error in tolerances linear up to 1 and logarithmic beyond.

Positions are in percent, so that the picture is as wide as there is room while its text keeps its size.
"""

import math
from collections.abc import Sequence

import htpy
from htpy import Node, Renderable

from judge.pages.parts.log_axis import LogAxis, percent
from judge.pages.parts.place import Place
from judge.pages.words import ARROW, kind, sign
from judge.report import CaseResult
from judge.reporters.parts.escape import escape, shortened
from judge.reporters.parts.numbers import in_tolerances, seconds_text
from judge.verdict import Verdict

STYLE = """\
.cases{list-style:none;margin:.5rem 0;padding:0}
.cases>li{display:grid;grid-template-columns:13rem minmax(10rem,1fr) 14rem 3.6rem;gap:0 .9rem;
  align-items:center}
.cases.plain>li{grid-template-columns:13rem minmax(10rem,1fr) 3.6rem}
.cases>li:nth-child(even){background:var(--panel)}
.cases svg.plot{display:block;width:100%;height:1.7rem;overflow:visible}
.cases svg svg{overflow:visible}
.plot-decade{stroke:var(--line);fill:none}
.plot-allowed{fill:var(--good-soft)}
.plot-one{stroke:var(--good);stroke-width:2}
.cases .stem{stroke-opacity:.55}
.cases .hollow{stroke:var(--rule);stroke-dasharray:2 4}
.cases .halo{paint-order:stroke;stroke:var(--ground);stroke-width:3}
.cases .sides{font-variant-numeric:tabular-nums;font-size:.9rem}
.cases .time{text-align:right;font-size:.85rem}
.cases .heads{font-size:.85rem;color:var(--quiet)}
@media (max-width:52rem){.cases>li,.cases.plain>li{grid-template-columns:minmax(0,1fr) auto 3.2rem;
  padding:.2rem 0}
.cases .plot{grid-row:2;grid-column:1/3}.cases .time{grid-row:2;grid-column:3}
.cases .sides{text-align:right;grid-column:2/4}
.cases.plain .plot{grid-row:1;grid-column:2}.cases.plain .time{grid-row:1}}
"""
_ZERO = 1.5  # percent of the width where 0 is: half of a mark has room before it
_ONE = 40.0  # percent of the width up to which the axis is linear, and where 1 is
_ALL = 94.0  # percent of the width at which the axis ends: a mark there has room
_LABELS = 4  # beyond 1: as many as a phone has room for
_BEYOND = 99.0  # percent of the width where a number is that isn't finite
_TEXT = 55.0  # percent of the width that a text in place of a mark takes on a phone
_RIGHT = 70.0  # percent from which a mark's number stands to its left
_DECADES = (1, 16)  # of the logarithmic part: at least, at most
_NAME = 60  # characters of a case's name that are shown
_LEGEND = (
    "Errors are in tolerances: up to 1 a case's numbers pass, beyond it the axis is logarithmic. "
    "A dot is accepted; a triangle is a pitfall: its numbers pass, but a finding "
    "costs the case; a cross failed."
)
_OF_SEVERAL = " Of {} numbers that are returned, the one stands here that the error is of."


def dot_plot(cases: Sequence[CaseResult], place: Place) -> Renderable:
    """The picture as a list, which a reader without eyes hears as one.

    Args:
        cases: as `disclosed` leaves them, at least one.
    """
    ratios = [ratio for case in cases if (ratio := _ratio(case)) is not None]
    axis = _axis(ratios)
    numbers = bool(ratios)
    return htpy.ol(class_="cases" if numbers else "cases plain")[
        _heads(axis, place) if numbers else None,
        [_row(case, axis if numbers else None, place) for case in cases],
    ]


def legend(cases: Sequence[CaseResult]) -> str:
    """What the marks and numbers mean."""
    several = max((len(case.expected or ()) for case in cases), default=0)
    return _LEGEND + (_OF_SEVERAL.format(several) if several > 1 else "")


def _ratio(case: CaseResult) -> float | None:
    """The error in tolerances, None where there is no number to compare."""
    if case.error is None or case.tolerance is None:
        return None
    if not case.error:
        return 0.0
    return case.error / case.tolerance if case.tolerance else math.inf


def _axis(ratios: Sequence[float]) -> LogAxis:
    finite = max((ratio for ratio in ratios if math.isfinite(ratio)), default=1.0)
    decades = math.ceil(math.log10(max(finite, 1.0)))
    low, high = _DECADES
    return LogAxis(first=0, last=min(max(decades, low), high), begin=_ONE, end=_ALL, labels=_LABELS)


def _at(ratio: float, axis: LogAxis) -> float:
    if not math.isfinite(ratio):
        return _BEYOND
    return _ZERO + ratio * (_ONE - _ZERO) if ratio <= 1 else axis.at(ratio)


def _heads(axis: LogAxis, place: Place) -> Renderable:
    """The axis; its lines are drawn once, and used in each row."""
    ticks = list(axis.ticks())
    lines = "".join(f"M{at:.4g} 0V1" for at, _ in ticks[1:])
    shared = htpy.symbol(id=place.id("grid"), viewBox="0 0 100 1", preserveAspectRatio="none")[
        htpy.rect(class_="plot-allowed", width=percent(_ONE).removesuffix("%"), height="1", fill="none"),
        htpy.path(class_="plot-decade", d=lines, vector_effect="non-scaling-stroke") if lines else None,
        htpy.path(class_="plot-one", d=f"M{_ONE:.4g} 0V1", vector_effect="non-scaling-stroke"),
    ]
    allowed = _tick(_ONE, "1: allowed", anchor="end")  # on a phone the next one is near
    return htpy.li(class_="heads")[
        htpy.span["case"],
        " ",
        htpy.svg(class_="plot", role="img", aria_label="error in tolerances; up to 1 is allowed")[
            htpy.defs[shared],
            _tick(_ZERO, "0"),
            allowed,
            [_tick(at, label) for at, label in ticks[1:]],
        ],
        htpy.span(class_="sides")[f"expected{ARROW}yours"],
        " ",
        htpy.span(class_="time")["time"],
    ]


def _tick(at: float, label: str, anchor: str = "middle") -> Renderable:
    return htpy.text(class_="quiet", x=percent(at), y="16", text_anchor=anchor)[label]


def _row(case: CaseResult, axis: LogAxis | None, place: Place) -> Renderable:
    return htpy.li[
        htpy.span[
            htpy.span(class_=kind(case.verdict), aria_hidden="true")[f"{sign(case.verdict)} "],
            escape(shortened(case.name, _NAME)),
            htpy.span(class_="unseen")[f": {case.verdict}"],
        ],
        " ",
        htpy.span(class_="plot quiet")[_without_number(case)] if axis is None else _plot(case, axis, place),
        " ",
        None if axis is None else htpy.span(class_="sides quiet")[_sides(case)],
        " ",
        htpy.span(class_="time quiet")["" if case.seconds is None else seconds_text(case.seconds)],
    ]


def _plot(case: CaseResult, axis: LogAxis, place: Place) -> Renderable:
    ratio = _ratio(case)
    grid = htpy.use(href=f"#{place.id('grid')}")
    if ratio is None:
        told = _without_number(case)
        return htpy.svg(class_="plot", role="img", aria_label=told)[
            grid,
            htpy.line(class_="hollow", x1=percent(_TEXT), x2=percent(axis.end), y1="50%", y2="50%"),
            htpy.text(class_="quiet", x="1%", y="50%", dy=".35em")[told],
        ]
    at, amount = _at(ratio, axis), in_tolerances(case)
    left = at > _RIGHT
    label = htpy.text(
        class_="quiet halo", x=percent(at), y="50%", dy=".35em", dx="-10" if left else "10",
        text_anchor="end" if left else "start",
    )[amount]  # fmt: skip
    return htpy.svg(class_="plot", role="img", aria_label=f"off by {amount} tolerances")[
        grid,
        htpy.line(class_=f"stem {kind(case.verdict)}", x1=percent(_ZERO), x2=percent(at), y1="50%", y2="50%"),
        htpy.svg(x=percent(at), y="50%", width="1", height="1")[_mark(case.verdict)],
        label,
    ]


def _mark(verdict: Verdict) -> Node:
    """A dot, a triangle or a cross around the origin."""
    if verdict is Verdict.ACCEPTED:
        return htpy.circle(class_="good", r="5")
    if verdict is Verdict.PITFALL:
        return htpy.path(class_="warn", d="M-6 5H6L0 -6Z")
    return htpy.path(class_=kind(verdict), d="M-5 -5L5 5M-5 5L5 -5", stroke_width="3")


def _without_number(case: CaseResult) -> str:
    if case.visibility == "hidden":
        return f"hidden: {case.verdict}"
    return str(case.verdict)


def _sides(case: CaseResult) -> str:
    """Both sides, as "0.695312 -> 709.072", of several numbers those that the error is of; "" without any."""
    pairs = list(zip(case.expected or (), case.actual or (), strict=False))
    if not pairs:
        return ""
    far = math.inf if case.error is None or math.isnan(case.error) else case.error
    expected, actual = min(pairs, key=lambda pair: _apart(_difference(pair), far))
    return f"{expected:.6g}{ARROW}{actual:.6g}"


def _apart(difference: float, error: float) -> float:
    """How far from the error; largest first where that is infinite."""
    return abs(difference - error) if math.isfinite(error) else -difference


def _difference(pair: tuple[float, float]) -> float:
    """How far the two are apart, relative to the first, as errors are."""
    expected, actual = pair
    if expected == actual or (math.isnan(expected) and math.isnan(actual)):
        return 0.0
    off = abs(actual - expected) / (abs(expected) or 1.0)
    return off if math.isfinite(off) else math.inf
