"""What feeds what: arrows between the boxes that are drawn."""

from collections.abc import Iterator, Mapping, Sequence

from judge.flow.graph.boxes import Box
from judge.flow.training_step import TrainingStep
from judge.flow.walk import Walk


def sources(boxes: Sequence[Box], passes: TrainingStep, working: frozenset[int]) -> dict[int, frozenset[int]]:
    """Operand → numbers of the boxes that it comes from, straight or by way of what isn't drawn."""
    found: dict[int, frozenset[int]] = {}
    made: dict[int, int] = {}
    for number, box in enumerate(boxes):
        made.update((step.index, number) for step in box.steps if step.index in working)
        if not box.steps:
            found.update((operand, frozenset({number})) for operand in box.values)
    ports = {box.port.role: number for number, box in enumerate(boxes) if box.port is not None}
    for index in range(1, len(passes.program.constants) + 1):
        roles = passes.fact(-index).depends & ports.keys()
        found.setdefault(-index, frozenset(ports[role] for role in roles))
    walk = Walk(program=passes.program, facts=dict(passes.facts))
    for step in passes.program.steps:
        own = made.get(step.index)
        before = frozenset().union(*(found.get(item, frozenset()) for item in walk.taken(step)))
        for result in step.results:
            found.setdefault(result, before if own is None else frozenset({own}))
    return found


def taker(boxes: Sequence[Box], passes: TrainingStep, operand: int) -> int | None:
    """The first box that takes a value, straight or by way of what isn't drawn; None where none does."""
    made = {step.index: number for number, box in enumerate(boxes) for step in box.steps}
    spread = {operand}
    for step in passes.program.steps:
        if spread.isdisjoint(step.operands):
            continue
        if step.index in made:
            return made[step.index]
        spread.update(step.results)
    return None


def arrows(boxes: Sequence[Box], come_from: Mapping[int, frozenset[int]]) -> list[tuple[int, int]]:
    """From box to box, each once, in order; none from a box to itself.

    Args:
        come_from: what `sources` gives.
    """
    found = {
        (number, target)
        for target, box in enumerate(boxes)
        for step in box.steps
        for item in step.operands
        for number in come_from.get(item, ())
        if number != target
    }
    return sorted(found | set(_turns(boxes, found)))


def _turns(boxes: Sequence[Box], found: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """From the loss to where its backward pass begins, which reads nothing of it."""
    forward = {box.frames: number for number, box in enumerate(boxes) if box.phase == "forward"}
    for target, box in enumerate(boxes):
        begins = box.phase == "backward" and not any(
            boxes[number].phase in {"forward", "backward"} for number, end in found if end == target
        )
        if begins and box.frames in forward:
            yield forward[box.frames], target
