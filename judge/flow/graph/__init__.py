"""The flow as a person would draw it: boxes for named values and what is done to them, arrows between.

A box is one call of the learner's in one part of the step: the leaves of a tree that go through it are one
box, and so are the operations of a library's function (`jnp.mean` casts, sums, divides and casts back).
What only moves values around has no box.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from judge.finding import Finding
from judge.flow import Flow
from judge.flow.graph.arrows import arrows, sources, taker
from judge.flow.graph.boxes import Box, calls, dtypes, inputs_of, masters_box
from judge.flow.graph.marks import marked
from judge.flow.graph.names import Names
from judge.flow.graph.roles import masters_of
from judge.flow.graph.working import working_steps
from judge.flow.parts.columns import character_column
from judge.flow.parts.sizes import sizes
from judge.flow.program import Frame
from judge.flow.training_step import TrainingStep

MOST_BOXES = 60  # more are no picture any more


def graph(flow: Flow, source: str, findings: Sequence[Finding] = ()) -> dict[str, Any]:
    """Boxes and arrows, as plain data.

    Args:
        source: the submission's text.
        findings: each is noted at the one box that it is about, if there is one.

    Returns:
        {"available", "reason", "operations": of the program,
        "nodes": [{"id", "name", "kind": "input" | "role" | "operation" | "cast", "operation", "phase":
        "input" | "forward" | "backward" | "update" | "returned", "dtype", "inside": other dtypes that it
        computes in, "shape", "scale": power of the loss scale or null, "line", "column", "end_line",
        "end_column", "count": arrays that share the box, "values": {"min", "median", "max" of |value|,
        "zeros", "non_finite"} or null, "findings": [ids]}],
        "edges": [[id, id]]}: both empty where it is not available. An arrow may lead back where there is a
        loop. `id` counts from 0 in the order of the program.
    """
    passes = flow.passes
    if passes is None:
        return _none(flow.reason or "the program could not be read", 0)
    operations = len(passes.program.steps)
    try:
        return _drawn(passes, source, findings)
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        # A forged program can be consistent and absurd at once; it must not cost more than its own picture.
        return _none(f"the program can't be drawn: {type(error).__name__}", operations)


def _drawn(passes: TrainingStep, source: str, findings: Sequence[Finding]) -> dict[str, Any]:
    operations = len(passes.program.steps)
    working = working_steps(passes)
    boxes = [*inputs_of(passes), *masters_box(passes), *calls(passes, working)]
    if not masters_of(passes):
        return _none("no parameters that are trained were found in the program", operations)
    if len(boxes) > MOST_BOXES:
        return _none(f"a drawing would have {len(boxes)} boxes, more than {MOST_BOXES}", operations)
    come_from = sources(boxes, passes, working)
    found = arrows(boxes, come_from)
    fed = {number for arrow in found for number in arrow}
    kept = [number for number, box in enumerate(boxes) if number in fed or box.port is None]
    again = {number: place for place, number in enumerate(kept)}
    edges = [(again[start], again[end]) for start, end in found]
    names = Names(source, working, [boxes[number] for number in kept], edges)
    marks = marked(boxes, come_from, partial(taker, boxes, passes), findings)
    return {
        "available": True,
        "reason": None,
        "operations": operations,
        "nodes": [
            {
                "id": place,
                "name": names.names[place],
                **_done(boxes[number], names),
                **_computed(boxes[number], passes, working),
                **_place(boxes[number].frame, source),
                "count": max(len(boxes[number].values), 1),
                "values": sizes(passes.program, boxes[number].values),
                "findings": marks.get(number, []),
            }
            for place, number in enumerate(kept)
        ],
        "edges": [list(edge) for edge in edges],
    }


def _done(box: Box, names: Names) -> dict[str, str]:
    return {"kind": names.kind(box), "operation": names.operation(box), "phase": box.phase}


def _none(reason: str, operations: int) -> dict[str, Any]:
    return {"available": False, "reason": reason, "operations": operations, "nodes": [], "edges": []}


def _computed(box: Box, passes: TrainingStep, working: frozenset[int]) -> dict[str, Any]:
    if box.value is None:
        return {"dtype": "", "inside": [], "shape": [], "scale": "0"}
    fact = passes.fact(box.value)
    return {
        "dtype": fact.dtype,
        "inside": [dtype for dtype in dtypes(passes, box, working) if dtype != fact.dtype],
        "shape": list(fact.shape),
        "scale": None if fact.scale is None else str(fact.scale),
    }


def _place(frame: Frame | None, source: str) -> dict[str, int | None]:
    if frame is None:
        return dict.fromkeys(("line", "column", "end_line", "end_column"))
    column = character_column(source, frame.line, frame.column)
    end = character_column(source, frame.end_line, frame.end_column)
    return {"line": frame.line, "column": column, "end_line": frame.end_line, "end_column": end}
