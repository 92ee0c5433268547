"""Which box a finding is about."""

from collections.abc import Callable, Mapping, Sequence

from judge.finding import Finding
from judge.flow.graph.boxes import Box

LATE = ("input", "forward", "backward", "returned", "update")  # where lines alone tell, what comes last


def marked(
    boxes: Sequence[Box],
    come_from: Mapping[int, frozenset[int]],
    taker: Callable[[int], int | None],
    findings: Sequence[Finding],
) -> dict[int, list[str]]:
    """Number of a box → ids of the findings that it is marked with, in their order.

    Args:
        come_from: operand → numbers of the boxes that it comes from.
        taker: operand → number of the first box that takes it.
    """
    found: dict[int, list[str]] = {}
    for finding in findings:
        number = _of_operand(boxes, come_from, finding)
        number = _at_lines(boxes, finding) if number is None else number
        if number is None and finding.operand is not None:  # zeros to add to have no box
            number = taker(finding.operand)
        if number is not None and finding.pitfall not in found.setdefault(number, []):
            found[number].append(finding.pitfall)
    return found


def _of_operand(
    boxes: Sequence[Box], come_from: Mapping[int, frozenset[int]], finding: Finding
) -> int | None:
    """The box that makes what the finding is about; of several, one at the finding's lines."""
    if finding.operand is None:
        return None
    numbers = come_from.get(finding.operand, frozenset())
    at_lines = [number for number in numbers if _depth(boxes[number], finding) is not None]
    return max(at_lines or numbers, default=None)


def _at_lines(boxes: Sequence[Box], finding: Finding) -> int | None:
    """The box that was asked for at the finding's place, most closely; of equal ones the last of the step."""
    found = [
        (-depth, _same_place(box, finding), LATE.index(box.phase), number)
        for number, box in enumerate(boxes)
        if box.port is None and (depth := _depth(box, finding)) is not None
    ]
    return max(found)[-1] if found else None


def _depth(box: Box, finding: Finding) -> int | None:
    """How many calls lie between the finding's lines and the box, None where it doesn't come from there."""
    if finding.line is None:
        return None
    last = finding.end_line or finding.line
    return next((at for at, frame in enumerate(box.frames) if finding.line <= frame.line <= last), None)


def _same_place(box: Box, finding: Finding) -> bool:
    """Whether the box's expression ends where the finding's does."""
    return box.frame is not None and (box.frame.line, box.frame.end_line) == (finding.line, finding.end_line)
