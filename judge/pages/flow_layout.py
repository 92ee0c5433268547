"""Where the boxes of a flow are drawn: a lane for each part of the step, in it by what feeds what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LANES = ("forward", "backward", "update", "returned")
Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One box: its node, and its column and row within its lane, both from 0."""

    node: Node
    column: int
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One part of the step; `rows` is how many boxes are above one another in its fullest column."""

    phase: str
    spots: tuple[Spot, ...]
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The whole drawing.

    Attributes:
        columns: of the widest lane.
        arrows: (from, to) that are drawn; within a lane, or into the first box of one.
        given: id → ids of what feeds it besides, which its box says in words.
    """

    lanes: tuple[Lane, ...]
    columns: int
    arrows: tuple[tuple[int, int], ...]
    given: Mapping[int, tuple[int, ...]]


def layout(graph: Mapping[str, Any]) -> Layout:
    """Lay out a graph that is available; the parameters of the entry point are told in words, not drawn."""
    nodes: dict[int, Node] = {node["id"]: node for node in graph["nodes"]}
    edges = [(start, end) for start, end in graph["edges"] if start in nodes and end in nodes]
    lanes = {phase: [node for node in nodes.values() if node["phase"] == phase] for phase in LANES}
    ranks = {phase: _ranks(lanes[phase], edges) for phase in LANES}
    columns = 1 + max((rank for found in ranks.values() for rank in found.values()), default=0)
    drawn = set(_drawn(nodes, edges))
    led_to = {end for _, end in drawn}
    return Layout(
        lanes=tuple(
            _lane(phase, sorted(lane, key=lambda node: node["id"] not in led_to), ranks[phase], columns)
            for phase, lane in lanes.items()
            if lane
        ),
        columns=columns,
        arrows=tuple(sorted(drawn)),
        given={
            end: tuple(start for start, other in edges if other == end and (start, end) not in drawn)
            for end in nodes
        },
    )


def _ranks(lane: Sequence[Node], edges: Sequence[tuple[int, int]]) -> dict[int, int]:
    """How many boxes of the lane come before each; what begins there stands right before what it feeds."""
    ids = [node["id"] for node in lane]
    inside = [(start, end) for start, end in edges if start in ids and end in ids and start < end]
    ranks = dict.fromkeys(ids, 0)
    for end in ids:
        ranks[end] = max((ranks[start] + 1 for start, other in inside if other == end), default=0)
    fed = {end for _, end in inside}
    for start in ids:
        feeds = [ranks[end] for other, end in inside if other == start]
        if start not in fed and feeds:
            ranks[start] = max(min(feeds) - 1, 0)
    return ranks


def _drawn(nodes: Mapping[int, Node], edges: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Arrows within a lane, and one into each box of another lane that nothing of its own lane feeds."""
    phases = {number: node["phase"] for number, node in nodes.items()}
    for end, phase in phases.items():
        before = [start for start, other in edges if other == end and start < end]
        own = [start for start in before if phases[start] == phase]
        yield from ((start, end) for start in own)
        others = [start for start in before if phases[start] not in {phase, "input"}]
        if not own and others:
            yield max(others), end


def _lane(phase: str, lane: Sequence[Node], ranks: Mapping[int, int], columns: int) -> Lane:
    """Boxes of one rank stand above one another, in the order that is given."""
    spots: list[Spot] = []
    filled: dict[int, int] = {}
    for node in lane:
        rank = ranks[node["id"]]
        column = columns - 1 - rank if phase == "backward" else rank  # it runs back, under what it undoes
        spots.append(Spot(node=node, column=column, row=filled.get(rank, 0)))
        filled[rank] = filled.get(rank, 0) + 1
    return Lane(phase=phase, spots=tuple(spots), rows=max(filled.values()))
