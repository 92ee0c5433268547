"""Where it is asked whether gradients are finite, and where an answer multiplies what it should choose."""

import ast
from collections.abc import Iterator

from judge.flow.program import Step
from judge.flow.training_step import TrainingStep
from judge.pitfalls.next_scale.lines import Lines
from judge.pitfalls.next_scale.words import ASKING, FLAG, inside, key_of
from judge.pitfalls.reading.calls import call_lines
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import called

ENOUGH = {"any"}  # one finite element answers for all: another mistake
HALF = {"isnan", "isinf"}
FIRST = {"ravel", "flatten", "reshape"}


def check_line(clues: Clues) -> int | None:
    """Where something less than all gradients is looked at: the call of a helper that looks at what it is given."""
    lines = Lines(clues)
    found = [line for call in _asking(lines) if (line := _blamed(clues, call)) is not None]
    return min(found, default=None) or min(_compared(lines), default=None)


def asks_otherwise(clues: Clues) -> bool:
    """Whether it is not the gradients that are too few, but what is asked of them: NaN only, one element."""
    lines = Lines(clues)
    calls = list(_asking(lines))
    names = {called(call) for call in calls}
    if len(names) == 1 and names <= HALF:
        return True
    for node in lines.nodes:
        if isinstance(node, ast.Call) and called(node) in ENOUGH and "isfinite" in _asked_in(node):
            return not any(isinstance(item, ast.UnaryOp) for item in _of_method(node))
    return any(_first_element(call) for call in calls)


def mask_line(clues: Clues) -> Step | int | None:
    """Where gradients, a rate or parameters are multiplied by 0 or 1."""
    written = Lines(clues).masks()
    if written:
        return written[0]
    return None if clues.passes is None else next(_masks(clues.passes), None)


def _masks(passes: TrainingStep) -> Iterator[Step]:
    for step in passes.program.steps:
        if step.op == "mul" and step.place.phase == "" and step.place.frames:
            if any(_was_truth(passes, operand) for operand in step.operands):
                yield step


def _was_truth(passes: TrainingStep, operand: int) -> bool:
    for step in passes.chain(operand):
        before = passes.fact(step.operands[0])
        if step.op == "convert_element_type" and before.dtype == "bool":
            return bool(before.data)
    return False


def _asking(lines: Lines) -> Iterator[ast.Call]:
    for node in lines.nodes:
        if isinstance(node, ast.Call) and called(node) in ASKING:
            yield node


def _compared(lines: Lines) -> Iterator[int]:
    """Comparisons that give a name that decides."""
    for key, kinds in lines.words.kinds.items():
        if kinds == {FLAG}:
            yield from (value.lineno for value in lines.words.bindings.values.get(key, ()))


def _blamed(clues: Clues, call: ast.Call) -> int | None:
    function = clues.text.enclosing(call.lineno)
    if function is None or function.name == clues.problem.entry_point or not call.args:
        return call.lineno
    parameters = clues.text.parameters(call.lineno) - {"self", "cls"}
    picked = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Subscript | ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in parameters
        and not (
            isinstance(node, ast.Attribute) and node.attr in {"all", "astype", "ravel", "dtype", "shape"}
        )
    ]
    if picked or not parameters:
        return call.lineno
    used = [line for line in call_lines(clues.text, {function.name}) if not _within(function, line)]
    return used[0] if len(used) == 1 else call.lineno


def _within(function: ast.FunctionDef, line: int) -> bool:
    return function.lineno <= line <= (function.end_lineno or function.lineno)


def _of_method(call: ast.Call) -> list[ast.AST]:
    held = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    return list(inside([*held, *call.args]))


def _asked_in(call: ast.Call) -> set[str]:
    return {called(node) for node in _of_method(call) if isinstance(node, ast.Call) and node is not call}


def _first_element(call: ast.Call) -> bool:
    """Whether what is asked is one number of an array: `g.ravel()[0]`."""
    nodes = list(inside(call.args))
    taken = [
        node for node in nodes if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
    ]
    flat = [node for node in nodes if isinstance(node, ast.Call) and called(node) in FIRST]
    return bool(flat) and any(key_of(node.value) == "" for node in taken)
