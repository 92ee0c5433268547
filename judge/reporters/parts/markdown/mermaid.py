"""The flow as a Mermaid flowchart, which GitHub draws from a fenced block.

A program's names are quoted labels in which every character that could mean something, to Mermaid, in the
Markdown and HTML that it takes in labels, or to whoever reads the page around it, is written as its number.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from judge.cells import Cells, line_name
from judge.pages.style import COLOURS
from judge.pages.words import dtype_kind, short_dtype
from judge.reporters.parts.escape import escape, shortened

MOST_BOXES = 60  # more are no picture any more
MOST_ARROWS = 300  # Mermaid's own limit is 500
_WIDEST = 40  # characters of a name
_LANES = ("forward", "backward", "update", "returned")
_LIGHT = 0  # boxes have a ground of their own, on which these colours can be read in a dark page too
_FRAMES = {"bf16": "", "fp16": ",stroke-dasharray:2 3", "fp32": ",stroke-dasharray:8 4", "other": ""}
_PLAIN = re.compile(r"[A-Za-z0-9 ,()]|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])")
_OBEYED = {
    ord("$"): r"\x24",
    ord(":"): r"\x3a",
}  # of formulas and icons, which are looked for in what was decoded

Node = Mapping[str, Any]


def flowchart(graph: Mapping[str, Any], cells: Cells = ()) -> list[str]:
    """Lines of a flowchart; none where there is no graph, or one that is too large to be looked at.

    A lane for each part of a step, side by side, so that the whole is as wide as a page. Inputs and what
    comes from other lanes are no arrows, but told in the box that reads them, with their dtype.

    Args:
        graph: `graph` of a `FlowFact`. cells: those of a notebook.
    """
    nodes: Mapping[int, Node] = {node["id"]: node for node in graph["nodes"]}
    boxes = {number: node for number, node in nodes.items() if node["phase"] in _LANES}
    arrows = [(source, end) for source, end in graph["edges"] if end in boxes]
    if not graph["available"] or not 0 < len(boxes) <= MOST_BOXES or len(arrows) > MOST_ARROWS:
        return []
    read: defaultdict[int, list[Node]] = defaultdict(list)
    drawn: defaultdict[str, list[str]] = defaultdict(list)
    names = {number: f"n{place}" for place, number in enumerate(boxes)}
    for source, end in arrows:
        lane = boxes[end]["phase"]
        if nodes[source]["phase"] == lane:
            drawn[lane].append(f"{names[source]} {_arrow(nodes[source], boxes[end])} {names[end]}")
        else:
            read[end].append(nodes[source])
    lines = ["flowchart LR"]
    for lane in _LANES:
        inside = [number for number, node in boxes.items() if node["phase"] == lane]
        if inside:
            lines += [f"  subgraph {lane}", "    direction TB"]
            lines += [
                f"    {names[number]}[{_label(boxes[number], read[number], cells)}]" for number in inside
            ]
            lines += [*(f"    {arrow}" for arrow in drawn[lane]), "  end"]
    lanes = [lane for lane in _LANES if any(node["phase"] == lane for node in boxes.values())]
    lines += [f"  {before} --> {after}" for before, after in pairwise(lanes)]
    return [*lines, *_styles(boxes, names)]


def quoted(text: str) -> str:
    """`text` as the label of a box, whatever is in it."""
    safe = shortened(escape(text).translate(_OBEYED), _WIDEST)
    return "".join(char if _PLAIN.match(safe, at) else f"#{ord(char)};" for at, char in enumerate(safe))


def _label(node: Node, read: Sequence[Node], cells: Cells) -> str:
    where = "" if node["line"] is None else f", {line_name(node['line'], cells)}"
    within = ", ".join(short_dtype(dtype) for dtype in node["inside"] if dtype != node["dtype"])
    lines = [
        quoted(node["name"]),
        f"{quoted(short_dtype(node['dtype']))}{where}",
        *([f"inside: {quoted(within)}"] if within else []),
        *(f"with {quoted(one['name'])} ({quoted(short_dtype(one['dtype']))})" for one in read),
        *(f"! {quoted(pitfall)}" for pitfall in node["findings"]),
    ]
    return f'"{"<br/>".join(lines)}"'


def _arrow(source: Node, end: Node) -> str:
    """Thick where the dtype changes."""
    return "-->" if source["dtype"] == end["dtype"] else "==>"


def _styles(boxes: Mapping[int, Node], names: Mapping[int, str]) -> Iterator[str]:
    kinds = {number: dtype_kind(node["dtype"]) for number, node in boxes.items()}
    for kind, frame in _FRAMES.items():
        chosen = [names[number] for number, of in kinds.items() if of == kind]
        ground, ink = COLOURS[f"{kind}-soft"][_LIGHT], COLOURS["text"][_LIGHT]
        yield from _style(kind, f"fill:{ground},color:{ink},stroke:{COLOURS[kind][_LIGHT]}{frame}", chosen)
    found = [names[number] for number, node in boxes.items() if node["findings"]]
    yield from _style("finding", f"stroke:{COLOURS['bad'][_LIGHT]},stroke-width:4px", found)


def _style(name: str, style: str, chosen: Collection[str]) -> Iterator[str]:
    if chosen:
        yield f"  classDef {name} {style}"
        yield f"  class {','.join(chosen)} {name}"
