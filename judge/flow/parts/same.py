"""Differences of prediction and targets that a text makes twice: `(prediction - y) * (prediction - y)`."""

from collections.abc import Mapping

from judge.flow.equal_programs import numbered
from judge.flow.walk import Walk


def first_of_its_kind(walk: Walk, count: int) -> Mapping[int, int]:
    """Difference -> the first step that is one of the same two; empty where each part has one of its own.

    Args:
        count: how many parts there are. With the loss that is returned, they make one difference more.
    """
    if len(walk.errors) <= count + 1:
        return {}
    number = numbered(walk.program, {})
    firsts: dict[tuple[int, ...], int] = {}
    found: dict[int, int] = {}
    for error in walk.errors:
        operands = tuple(sorted(map(number, error.step.operands)))  # whichever is taken away
        found[error.step.index] = firsts.setdefault(operands, error.step.index)
    return found
