"""Whether two programs that were read compute the same, whatever order and however often they do it.

Each value is known by how it is made: the operation, its parameters, and the values it is made of. So what is
computed twice counts once, what is not needed doesn't count, and neither do copies and casts that change
nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any

from judge.flow.program import Program, Step

COMMUTATIVE = ("add", "mul", "max", "min", "and", "or", "xor", "eq", "ne", "add_any")
NOTHING = ("copy", "copy_p", "convert_element_type", "stop_gradient")  # where the dtype stays as it is

Known = dict[tuple[Any, ...], int]  # how a value is made -> its number, in both programs


def equal(one: Program, other: Program) -> bool:
    """Whether both return and store the same. The lines don't count.

    Of constants that aren't one number, only what they are made of counts.
    """
    known: Known = {}
    return _made(one, known) == _made(other, known)


def numbered(program: Program, known: Known) -> Callable[[int], int]:
    """What gives an operand its number: equal values have the same, in all programs of the same `known`."""
    numbers: dict[int, int] = {}

    def number(operand: int) -> int:
        if operand >= 0:
            if operand not in numbers:  # nothing that can be read makes it: it is like no other
                numbers[operand] = known.setdefault(("unknown", id(program), operand), len(known))
            return numbers[operand]
        return known.setdefault(("constant", repr(program.constants[-1 - operand])), len(known))

    for place, port in enumerate(program.inputs):
        if port.operand is not None and port.operand >= 0:
            numbers[port.operand] = known.setdefault(("input", place), len(known))
    for step in program.steps:
        operands = tuple(map(number, step.operands))
        for at, result in enumerate(step.results):
            kind = program.variables[result]
            if step.op in NOTHING and _stays(program, step, result):
                numbers[result] = operands[0]
                continue
            given = tuple(sorted(operands)) if step.op in COMMUTATIVE else operands
            made = (step.op, given, at, kind.dtype, kind.shape, _plain(step.params))
            numbers[result] = known.setdefault(made, len(known))
    return number


def _made(program: Program, known: Known) -> list[tuple[str, str, int | None]]:
    """Each output with the number of its value."""
    number = numbered(program, known)
    groups = {"returned": program.returned, "stored": program.stored, "optimizer": program.optimizer}
    return [
        (group, port.path, None if port.operand is None else number(port.operand))
        for group, ports in groups.items()
        for port in ports
    ]


def _stays(program: Program, step: Step, result: int) -> bool:
    """Whether a step with one operand leaves its dtype as it is."""
    if len(step.operands) != 1:
        return False
    operand = step.operands[0]
    before = program.variables[operand] if operand >= 0 else program.constants[-1 - operand]
    return before.dtype == program.variables[result].dtype and before.shape == program.variables[result].shape


def _plain(params: Mapping[str, Any]) -> str:
    return repr(sorted(params.items()))
