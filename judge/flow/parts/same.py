"""Differences of prediction and targets that a text makes twice: `(prediction - y) * (prediction - y)`."""

from collections.abc import Mapping
from typing import Any

from judge.flow.walk import Walk


def first_of_its_kind(walk: Walk, count: int) -> Mapping[int, int]:
    """Difference -> the first step that is one of the same two; empty where each part has one of its own.

    Args:
        count: how many parts there are. With the loss that is returned, they make one difference more.
    """
    if len(walk.errors) <= count + 1:
        return {}
    steps = {error.step.index for error in walk.errors}
    numbers: dict[int, int] = {}  # value -> equal ones have the same number
    known: dict[tuple[Any, ...], int] = {}
    firsts: dict[tuple[int, ...], int] = {}
    found: dict[int, int] = {}
    for step in walk.program.steps:
        given = tuple(numbers.get(operand, operand) for operand in step.operands)
        for place, result in enumerate(step.results):
            made = (step.op, given, place, walk.program.variables[result], repr(step.params))
            numbers[result] = known.setdefault(made, result)
        if step.index in steps:
            found[step.index] = firsts.setdefault(tuple(sorted(given)), step.index)  # whichever is taken away
    return found
