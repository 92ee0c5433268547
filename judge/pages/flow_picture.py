"""The precision flow as a picture: boxes in four lanes, their dtype by ground, frame and word.

Every box leads to its line. What it says is in its text and its title, so that nothing hangs on colours.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import htpy
from htpy import Node, Renderable

from judge.cells import Cells, line_name, short_name
from judge.pages.flow_layout import Lane, Layout, Spot, layout
from judge.pages.words import BETWEEN, dtype_kind, short_dtype
from judge.reporters.parts.escape import escape

STYLE = """\
.flow{display:block;min-width:46rem;max-width:100%;height:auto}
.flow text{font-size:12px}
.flow .lane{fill:var(--panel)}
.flow .name{paint-order:stroke;stroke:var(--panel);stroke-width:4}
.flow .box rect{stroke-width:1.5}
.flow .box rect.bf16{fill:var(--bf16-soft);stroke:var(--bf16);stroke-dasharray:5 3}
.flow .box rect.fp16{fill:var(--fp16-soft);stroke:var(--fp16);stroke-dasharray:2 2}
.flow .box rect.fp32{fill:var(--fp32-soft);stroke:var(--fp32)}
.flow .box rect.other{fill:var(--other-soft);stroke:var(--other)}
.flow tspan.bf16{fill:var(--bf16);font-weight:600}
.flow tspan.fp16{fill:var(--fp16);font-weight:600}
.flow tspan.fp32{fill:var(--fp32);font-weight:600}
.flow tspan.other{fill:var(--other);font-weight:600}
.flow .box rect.found{stroke:var(--bad);stroke-width:3;stroke-dasharray:none}
.flow .mark{fill:var(--bad);stroke:var(--ground)}
.flow text.sign{fill:var(--ground);font-weight:700}
.flow .arrow{stroke:var(--rule);stroke-width:1.3}
.flow .arrow.changes{stroke:var(--text);stroke-width:2.6}
.flow .head{fill:var(--rule);stroke:none}
.flow .head.changes{fill:var(--text)}
.flow a:hover text{text-decoration:underline}
@media print{.scroll{overflow:visible}.flow{min-width:0}}
"""
_PLAIN = {
    "fill": "none",
    "stroke": "currentColor",
}  # where a server forbids styles, and texts would be hidden
LANE_NAMES = {
    "forward": "forward, differentiated",
    "backward": "backward (right to left)",
    "update": "update",
    "returned": "returned loss",
}
LEGEND = (
    "A thick arrow: the dtype changes. A red frame with an exclamation mark: a finding. "
    "Each box leads to its line; what feeds it from elsewhere is told in it."
)
_WIDTH, _HEIGHT, _PAD = 126, 50, 6  # of a box
_STEP, _DROP = 142, 60  # from box to box
_LEFT, _TOP, _GAP = 8, 22, 10  # of the first box in a lane; between lanes
_LETTER, _BOLD = 6.1, 7.0  # width of a letter, about
_ENTRY = 0.85  # of a box's width: where an arrow from another lane comes in, beside the lane's name
_CUT = "\N{HORIZONTAL ELLIPSIS}"  # one letter wide, where room is for few
_LEAST = 4  # letters that a further name needs


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawing:
    """Where everything is; `corners` has the upper left one of each box, by its id."""

    laid: Layout
    nodes: Mapping[int, Mapping[str, Any]]
    corners: Mapping[int, tuple[float, float]]
    prefix: str
    cells: Cells


def flow_picture(graph: Mapping[str, Any], *, prefix: str = "", cells: Cells = ()) -> Node:
    """The picture of a `FlowFact.graph`; None if there is none.

    Args:
        prefix: what its ids and links begin with. cells: those of a notebook.
    """
    if not graph["available"]:
        return None
    laid = layout(graph)
    tops = list(_tops(laid))
    drawing = _Drawing(
        laid=laid,
        nodes={node["id"]: node for node in graph["nodes"]},
        corners={
            spot.node["id"]: (_LEFT + spot.column * _STEP, top + _TOP + spot.row * _DROP)
            for lane, top in zip(laid.lanes, tops, strict=True)
            for spot in lane.spots
        },
        prefix=prefix,
        cells=cells,
    )
    width = _LEFT + laid.columns * _STEP
    height = tops[-1] + _high(laid.lanes[-1])
    return htpy.svg(class_="flow", viewBox=f"0 0 {width} {height}", width=str(width), height=str(height))[
        htpy.title["The precision flow: what each value is computed in"],
        [
            htpy.rect(
                class_="lane", y=str(top), width=str(width), height=str(_high(lane)), rx="6", fill="none"
            )
            for lane, top in zip(laid.lanes, tops, strict=True)
        ],
        htpy.g(aria_hidden="true", **_PLAIN)[[_arrow(drawing, start, end) for start, end in laid.arrows]],
        [
            htpy.text(class_="quiet name", x=str(_LEFT), y=str(top + 15))[LANE_NAMES[lane.phase]]
            for lane, top in zip(laid.lanes, tops, strict=True)
        ],
        [_box(drawing, spot) for lane in laid.lanes for spot in lane.spots],
    ]


def legend(graph: Mapping[str, Any]) -> str:
    """What its signs mean, and how much of the program it shows."""
    return f"{LEGEND} {len(graph['nodes'])} boxes stand for {graph['operations']} operations."


def _tops(laid: Layout) -> Iterator[int]:
    top = 0
    for lane in laid.lanes:
        yield top
        top += _high(lane) + _GAP


def _high(lane: Lane) -> int:
    return _TOP + lane.rows * _DROP


def _box(drawing: _Drawing, spot: Spot) -> Renderable:
    node = spot.node
    x, y = drawing.corners[node["id"]]
    content = [
        htpy.title[_told(drawing, node)],
        htpy.rect(
            class_=f"{dtype_kind(node['dtype'])}{' found' if node['findings'] else ''}",
            x=f"{x:g}",
            y=f"{y:g}",
            width=str(_WIDTH),
            height=str(_HEIGHT),
            rx="5",
            **_PLAIN,
        ),
        htpy.text(x=f"{x + _PAD:g}", y=f"{y + 15:g}")[_fitting(_called(node), _WIDTH - 2 * _PAD)],
        htpy.text(x=f"{x + _PAD:g}", y=f"{y + 29:g}")[
            htpy.tspan(class_=dtype_kind(node["dtype"]))[short_dtype(node["dtype"])],
            "" if node["line"] is None else f"{BETWEEN}{short_name(node['line'], drawing.cells)}",
        ],
        _besides(drawing, node, x, y),
        _mark(x, y) if node["findings"] else None,
    ]
    if node["line"] is None:
        return htpy.g(class_="box")[content]
    return htpy.a(class_="box", href=f"#{drawing.prefix}L{node['line']}")[content]


def _called(node: Mapping[str, Any]) -> str:
    """The name; in the backward lane it goes without saying of what pass it is."""
    name = str(node["name"])
    return escape(name.removeprefix("backward ") if node["phase"] == "backward" else name)


def _besides(drawing: _Drawing, node: Mapping[str, Any], x: float, y: float) -> Node:
    """What it computes in inside, and what feeds it from elsewhere, in the colours of their dtypes."""
    inside = [(short_dtype(dtype), dtype) for dtype in node["inside"]]
    given = [drawing.nodes[number] for number in drawing.laid.given[node["id"]]]
    names = [(escape(one["name"]), one["dtype"]) for one in given]
    told = [
        (", " if number else word, name, dtype)
        for word, group in (("inside ", inside), ("with ", names))
        for number, (name, dtype) in enumerate(group)
    ]
    room = float(_WIDTH - 2 * _PAD)
    parts: list[Node] = []
    for lead, name, dtype in told:
        before = f", {lead}" if parts and lead != ", " else lead
        room -= len(before) * _LETTER
        if parts and room < min(len(name), _LEAST) * _BOLD:
            break
        shown = _fitting(name, room, _BOLD)
        room -= len(shown) * _BOLD
        parts += [before, htpy.tspan(class_=dtype_kind(dtype))[shown]]
    return htpy.text(class_="quiet", x=f"{x + _PAD:g}", y=f"{y + 43:g}")[parts] if parts else None


def _mark(x: float, y: float) -> Renderable:
    right = x + _WIDTH - 4
    return htpy.g(aria_hidden="true")[
        htpy.circle(class_="mark", cx=f"{right:g}", cy=f"{y + 3:g}", r="8", **_PLAIN),
        htpy.text(class_="sign", x=f"{right:g}", y=f"{y + 7:g}", text_anchor="middle")["!"],
    ]


def _told(drawing: _Drawing, node: Mapping[str, Any]) -> str:
    """All that is known of a box, in words."""
    number = "" if node["count"] == 1 else f"{node['count']} arrays, the largest "
    shape = "x".join(map(str, node["shape"])) or "one number"
    parts = [f"{escape(node['name'])}: {node['dtype']}, {number}{shape}"]
    if node["inside"]:
        parts.append(f"computed in {', '.join(node['inside'])} inside")
    if node["scale"] not in {"0", None}:
        parts.append(f"carries the loss scale to the power of {node['scale']}")
    values = node["values"]
    if values is not None:
        least, median, most = (f"{values[key]:.3g}" for key in ("min", "median", "max"))
        parts.append(f"|value| {f'from {least} to {most}, median {median}' if least != most else most}")
    before = [escape(drawing.nodes[one]["name"]) for one in drawing.laid.given[node["id"]]]
    parts += [f"with {', '.join(before)}"] if before else []
    parts += [f"finding: {', '.join(node['findings'])}"] if node["findings"] else []
    parts += [] if node["line"] is None else [line_name(node["line"], drawing.cells)]
    return "; ".join(parts)


def _fitting(text: str, room: float, letter: float = _LETTER) -> str:
    """As much of a name as there is room for, in pixels."""
    most = max(int(room / letter), 2)
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}{_CUT}"


def _arrow(drawing: _Drawing, start: int, end: int) -> Renderable:
    one, two = drawing.nodes[start], drawing.nodes[end]
    (x, y), (to_x, to_y) = drawing.corners[start], drawing.corners[end]
    changes = " changes" if one["dtype"] != two["dtype"] else ""
    size = 6 if changes else 4
    if one["phase"] != two["phase"]:
        x, y, to_x = x + _WIDTH / 2, y + _HEIGHT, to_x + _ENTRY * _WIDTH
        bend = (to_y - y) / 2
        path = f"M{x:g} {y:g}C{x:g} {y + bend:g} {to_x:g} {to_y - bend:g} {to_x:g} {to_y - size:g}"
        head = f"M{to_x - size:g} {to_y - size * 1.6:g}h{2 * size}L{to_x:g} {to_y:g}z"
    else:
        back = two["phase"] == "backward"
        x, to_x = (x, to_x + _WIDTH) if back else (x + _WIDTH, to_x)
        way = -1 if back else 1
        y, to_y = y + _HEIGHT / 2, to_y + _HEIGHT / 2
        bend = max(abs(to_x - x) / 2, 8) * way
        path = f"M{x:g} {y:g}C{x + bend:g} {y:g} {to_x - bend:g} {to_y:g} {to_x - way * size:g} {to_y:g}"
        head = f"M{to_x - way * size * 1.6:g} {to_y - size:g}v{2 * size}L{to_x:g} {to_y:g}z"
    return htpy.fragment[
        htpy.path(class_=f"arrow{changes}", d=path), htpy.path(class_=f"head{changes}", d=head)
    ]
