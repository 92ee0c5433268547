"""What a line computes in: chips with dtype and phases, and the roles of what it makes."""

from collections.abc import Iterator, Mapping
from typing import Any

import htpy
from htpy import Node, Renderable

from judge.flow.parts.lanes import PHASES
from judge.pages.words import ARROW, dtype_kind, short_dtype
from judge.reporters.parts.escape import escape

LETTERS = {phase: phase[0].upper() for phase in PHASES}
_NAMES = {"forward": "forward", "backward": "backward", "update": "update", "returned": "returned loss"}


def line_facts(facts: Mapping[str, Any]) -> Iterator[Renderable]:
    """The facts of one line of `flow.listing`: roles, then a chip for each dtype, then one for each cast."""
    if facts["roles"]:
        yield htpy.span(class_="role")[escape(", ".join(facts["roles"]))]
    phases: dict[str, list[str]] = {}
    for phase in PHASES:
        for dtype in facts[phase]:
            phases.setdefault(dtype, []).append(phase)
    for dtype, used in phases.items():
        told = f"{', '.join(_NAMES[phase] for phase in used)}: {dtype}"
        yield _chip(dtype, told)[htpy.b["".join(LETTERS[phase] for phase in used)], f" {short_dtype(dtype)}"]
    for cast in facts["casts"]:
        before, _, after = cast.partition(" to ")
        yield _chip(after, f"cast from {cast}")[f"{short_dtype(before)}{ARROW}{short_dtype(after)}"]


def _chip(dtype: str, told: str) -> htpy.Element:
    return htpy.span(class_=f"dtype {dtype_kind(dtype)}", title=escape(told))


def legend() -> Node:
    """What letters and arrows mean."""
    return [
        "What a line computes in: ",
        htpy.b["F"], " forward, ", htpy.b["B"], " backward, ", htpy.b["U"], " update, ",
        htpy.b["R"], " returned loss; an arrow is a cast.",
    ]  # fmt: skip
