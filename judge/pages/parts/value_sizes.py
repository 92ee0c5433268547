"""How large the values of each role are, against what the half-precision formats hold."""

import math
from collections.abc import Mapping

import htpy
from htpy import Node, Renderable

from judge.pages.parts.log_axis import WHOLE, LogAxis, percent
from judge.pages.words import BETWEEN
from judge.reporters.parts.escape import escape

STYLE = """\
.sizes{list-style:none;margin:.5rem 0;padding:0}
.sizes>li{display:grid;grid-template-columns:13rem minmax(10rem,1fr) 17rem;gap:0 .9rem;align-items:center}
.sizes svg{display:block;width:100%;height:1.6rem;overflow:visible}
.sizes .heads{font-size:.85rem}
.sizes .held{fill:var(--fp16-soft);fill-opacity:.6}
.sizes .edge{stroke:var(--fp16);stroke-dasharray:1 2;stroke-width:2}
.sizes .bar{stroke:var(--link);stroke-width:5;stroke-linecap:round;stroke-opacity:.45}
.sizes .median{fill:var(--link)}
.sizes .sides{font-variant-numeric:tabular-nums;font-size:.9rem}
@media (max-width:52rem){.sizes>li{grid-template-columns:1fr auto;padding:.15rem 0}
.sizes .plot{grid-row:2;grid-column:1/3}.sizes .sides{text-align:right}}
"""
FLOAT16 = (2.0**-14, 65504.0)  # smallest normal number, largest number
BFLOAT16 = (2.0**-126, float.fromhex("0x1.fep127"))
_NUMBERS = ("min", "median", "max")
_SHOWN = 12  # roles; there are fewer


def value_sizes(values: Mapping[str, Mapping[str, float]]) -> Node:
    """The picture of `flow.listing["values"]`; None where nothing was measured.

    Args:
        values: by role the least, median and largest absolute value of the finite ones, how many are 0,
            and how many aren't finite.
    """
    shown = list(values.items())[:_SHOWN]
    if not shown:
        return None
    drawn = [facts[key] for _, facts in shown for key in _NUMBERS if facts[key] > 0]
    low, high = FLOAT16
    axis = LogAxis(
        first=math.floor(math.log10(min(low, *drawn))), last=math.ceil(math.log10(max(high, *drawn)))
    )
    return htpy.ol(class_="sizes")[
        htpy.li(class_="heads quiet")[
            htpy.span["values"],
            " ",
            htpy.svg(class_="plot", role="img", aria_label="absolute value, logarithmic")[
                [_tick(at, label) for at, label in axis.ticks()]
            ],
            htpy.span(class_="sides")[BETWEEN.join(("least", "median", "largest"))],
        ],
        [_row(role, facts, axis) for role, facts in shown],
    ]


def _tick(at: float, label: str) -> Renderable:
    anchor = "start" if at <= 0 else "end" if at >= WHOLE else "middle"
    return htpy.text(class_="quiet", x=percent(at), y="16", text_anchor=anchor)[label]


def _row(role: str, facts: Mapping[str, float], axis: LogAxis) -> Renderable:
    text = BETWEEN.join(f"{facts[key]:.3g}" for key in _NUMBERS)
    edges = [axis.at(edge) for edge in FLOAT16]
    is_drawn = facts["max"] > 0
    return htpy.li[
        htpy.span[escape(role)],
        " ",
        htpy.svg(class_="plot", role="img", aria_label=f"least, median and largest: {text}")[
            htpy.rect(
                class_="held",
                x=percent(edges[0]),
                width=percent(edges[1] - edges[0]),
                height="100%",
                fill="none",
            ),
            [htpy.line(class_="edge", x1=percent(at), x2=percent(at), y1="0", y2="100%") for at in edges],
            _bar(facts, axis) if is_drawn else None,
        ],
        htpy.span(class_="sides quiet")[text, _further(facts)],
    ]


def _bar(facts: Mapping[str, float], axis: LogAxis) -> Node:
    """From the least to the largest; a 0 is where the axis begins."""
    low, median, high = (percent(axis.at(facts[key]) if facts[key] > 0 else 0.0) for key in _NUMBERS)
    return [
        htpy.line(class_="bar", x1=low, x2=high, y1="50%", y2="50%"),
        htpy.circle(class_="median", cx=median, cy="50%", r="4.5"),
    ]


def _further(facts: Mapping[str, float]) -> Node:
    """How many are zero or not finite, where there are any."""
    zeros = f", {facts['zeros']:.0f} zero" if facts["zeros"] else None
    broken = f"{facts['non_finite']:.0f} nan or inf" if facts["non_finite"] else None
    return [zeros, [", ", htpy.strong(class_="bad")[broken]] if broken else None]


def legend(values: Mapping[str, Mapping[str, float]]) -> str:
    """What the shaded part is, and whether the values are in it."""
    low, high = FLOAT16
    roles = [role for role, facts in values.items() if 0 < facts["min"] < low or facts["max"] > high]
    told = f"beyond it are: {', '.join(roles)}" if roles else "all of these are in it"
    return (
        "From a run on the arrays of a public case, with a learning rate and a scale that may be the judge's "
        "own. A bar goes from the least to the largest absolute value, the dot is the median. "
        f"Shaded is what float16 holds in full precision, {low:.1e} to {high:,.0f}: {escape(told)}. "
        f"bfloat16 reaches as far as float32, {BFLOAT16[0]:.1e} to {BFLOAT16[1]:.1e}, with 8 bits "
        "of precision."
    )
