"""What names are assigned: dtype and shape of the values, as the traced program has them."""

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

from judge.flow.parts.assignments import Assignment, Region, assignments, region_of
from judge.flow.parts.columns import character_column
from judge.flow.program import Frame, Step
from judge.flow.training_step import TrainingStep, users_of

MOST_VALUES = 8  # leaves that are told of one name, and calls in which it is another
Path = tuple[Frame, ...]
Value = tuple[str, tuple[int, ...]]  # dtype and shape
SETTINGS = "optax/"  # what only sets an optimizer up isn't its value


def assigned(passes: TrainingStep, source: str) -> list[dict[str, Any]]:
    """Every name that is given values of the program, as plain data.

    Returns:
        [{"name", "line", "end_column": after the name, from 1, in characters, "annotated": it says itself
        what it is, "values": [[{"dtype", "shape"} of each leaf, the largest first]: one list where it is
        the same in all calls]}], in the order of the source.
    """
    found = {one.region: one for one in assignments(source)}
    groups = _groups(passes, found)
    users = users_of(passes.program.steps) if groups else {}
    ends = {
        port.operand
        for port in (*passes.program.returned, *passes.program.stored)
        if port.operand is not None
    }
    told: dict[Region, dict[tuple[Value, ...], None]] = {}
    for (region, _), steps in groups.items():
        facts = [passes.fact(operand) for operand in _given(steps, users, ends)]
        by_optimizer = all("".join(step.place.api[:1]).startswith(SETTINGS) for step in steps.values())
        leaves = {
            (fact.dtype, tuple(fact.shape)): None
            for fact in facts
            if fact.dtype != "uint32" and (fact.data or fact.parameter or not by_optimizer)  # of random keys
        }
        if leaves:
            told.setdefault(region, {})[tuple(sorted(leaves, key=lambda leaf: -prod(leaf[1])))] = None
    return sorted(
        (_plain(found[region], list(values), source) for region, values in told.items()),
        key=lambda item: (item["line"], item["end_column"]),
    )


def inputs(passes: TrainingStep) -> dict[str, list[int]]:
    """By parameter, the shapes of the arrays that it was traced with: in sizes of the judge's own."""
    return {
        port.name: list(passes.fact(port.operand).shape)
        for port in passes.program.inputs
        if port.operand is not None and port.name and not port.path
    }


def _plain(one: Assignment, values: Sequence[tuple[Value, ...]], source: str) -> dict[str, Any]:
    return {
        "name": one.name,
        "line": one.line,
        "end_column": character_column(source, one.line, one.end_column) or 1,
        "annotated": one.is_annotated,
        "values": [
            [{"dtype": dtype, "shape": list(shape)} for dtype, shape in leaves[:MOST_VALUES]]
            for leaves in values[:MOST_VALUES]
        ],
    }


def _groups(
    passes: TrainingStep, found: Mapping[Region, Assignment]
) -> dict[tuple[Region, Path], dict[int, Step]]:
    """The operations of each assigned expression, each time that it was evaluated: by who had called it."""
    groups: dict[tuple[Region, Path], dict[int, Step]] = {}
    known: dict[int, list[Region]] = {}  # by the identity of a frame, which the program holds
    by_line: dict[int, list[Assignment]] = {}
    for one in found.values():
        for line in range(one.region[0], one.region[2] + 1):
            by_line.setdefault(line, []).append(one)
    for step in passes.program.steps:
        callers: dict[Region, Path] = {}
        for depth, frame in enumerate(step.place.frames):
            near = by_line.get(frame.line)
            if near is None:
                continue
            regions = known.get(id(frame))
            if regions is None:
                place = region_of(frame)
                regions = known[id(frame)] = [one.region for one in near if one.evaluates(place)]
            for region in regions:
                callers[region] = step.place.frames[depth + 1 :]
        for region, path in callers.items():
            groups.setdefault((region, path), {})[step.index] = step
    return groups


def _given(steps: Mapping[int, Step], users: Mapping[int, Sequence[Step]], ends: set[int]) -> Iterator[int]:
    """The operands that leave an expression: those of its forward part, else those of its backward part."""
    for is_backward in (False, True):
        leaving = [
            result
            for step in steps.values()
            if (step.place.phase == "backward") is is_backward
            for result in step.results
            if result in ends or any(_is_outside(user, steps, is_backward) for user in users.get(result, ()))
        ]
        if leaving:
            yield from leaving
            return


def _is_outside(user: Step, steps: Mapping[int, Step], is_backward: bool) -> bool:  # noqa: FBT001 -- the same words
    """Whether a user is beyond the expression, and no backward pass that reads what was kept for it."""
    return user.index not in steps and (is_backward or user.place.phase != "backward")
