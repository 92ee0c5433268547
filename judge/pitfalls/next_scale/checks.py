"""Where it is asked whether gradients are finite, and where an answer multiplies what it should choose."""

import ast
from collections.abc import Iterator

from judge.flow.program import Step
from judge.flow.training_step import TrainingStep
from judge.pitfalls.next_scale.lines import Lines, lines_of
from judge.pitfalls.next_scale.words import ASKING, FLAG, SCALE, compares, inside, key_of
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import called

OWN = {"self", "cls"}
ENOUGH = {"any"}  # one finite element answers for all: another mistake
HALF = {"isnan", "isinf"}
LIBRARY = {"apply_if_finite", "DynamicScale", "last_finite"}
FIRST = {"ravel", "flatten", "reshape"}


def check_line(clues: Clues) -> int | None:
    """Where something less than all gradients is looked at, or a helper is given it to look at."""
    lines = lines_of(clues)
    return min((_blamed(clues, node) for node in _asking(lines)), default=None)


def decides(clues: Clues) -> bool:
    """Whether an answer to what is finite decides about the scale, be it the wrong question."""
    lines = lines_of(clues)
    library = any(key_of(node).strip(".") in LIBRARY for node in lines.nodes)
    if not library and next(_asking(lines), None) is None:
        return False
    asked = any(isinstance(node, ast.If) and lines.is_question(node.test) for node in lines.nodes)
    return asked or bool(lines.deciding(SCALE, {FLAG}))


def asks_otherwise(clues: Clues) -> bool:
    """Whether it is not the gradients that are too few, but what is asked of them: NaN only, one element."""
    lines = lines_of(clues)
    calls = [node for node in _asking(lines) if isinstance(node, ast.Call)]
    names = {called(call) for call in calls}
    if len(names) == 1 and names <= HALF:
        return True
    for node in lines.nodes:
        if isinstance(node, ast.Call) and called(node) in ENOUGH and "isfinite" in _asked_in(node):
            return not any(isinstance(item, ast.UnaryOp) for item in _of_method(node))
    return any(_first_element(call) for call in calls)


def mask_line(clues: Clues) -> Step | int | None:
    """Where gradients, a rate or parameters are multiplied by 0 or 1."""
    written = lines_of(clues).masks()
    if written:
        return written[0]
    return None if clues.passes is None else next(_masks(clues.passes), None)


def _masks(passes: TrainingStep) -> Iterator[Step]:
    for step in passes.program.steps:
        multiplies = step.op == "mul" and step.place.phase == "" and step.place.frames
        if multiplies and any(_was_truth(passes, operand) for operand in step.operands):
            yield step


def _was_truth(passes: TrainingStep, operand: int) -> bool:
    for step in passes.chain(operand):
        before = passes.fact(step.operands[0])
        if step.op == "convert_element_type" and before.dtype == "bool":
            return bool(before.data)
    return False


def _asking(lines: Lines) -> Iterator[ast.expr]:
    for node in lines.nodes:
        if (isinstance(node, ast.Call) and called(node) in ASKING) or compares(node):
            yield node  # type: ignore[misc] # both are expressions


def _blamed(clues: Clues, asked: ast.expr) -> int:
    """The line of a question, or of the call that asks it of the wrong thing."""
    text, line = clues.text, asked.lineno
    function = text.enclosing(line)
    if function is None or function.name == clues.problem.entry_point or not text.parameters(line) - OWN:
        return line
    calls = [
        node
        for node in ast.walk(text.tree)
        if isinstance(node, ast.Call) and called(node) == function.name and not _within(function, node.lineno)
    ]
    if len(calls) != 1 or any(isinstance(item, ast.Subscript) for item in ast.walk(asked)):
        return line
    given = [*calls[0].args, *(item.value for item in calls[0].keywords)]
    return line if any(map(_is_all, given)) else calls[0].lineno


def _is_all(given: ast.expr) -> bool:
    """Whether a name is that of all gradients, as far as names can be trusted."""
    name = key_of(given).strip(".").lower()
    return "grad" in name or name in {"g", "gs", "updates"}


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
