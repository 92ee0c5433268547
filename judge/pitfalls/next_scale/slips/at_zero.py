"""Where a scale is left as it is after an overflow because the count was 0."""

import ast

from judge.pitfalls.next_scale.lines import Lines
from judge.pitfalls.next_scale.words import COUNT, SCALE, inside


def kept_at_zero(lines: Lines) -> int | None:
    """Where the count's being 0 decides, or the scale is stored as it is beside a count of 0."""
    for node in lines.nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
            kinds = [lines.words.of(item) for item in node.value.elts]
            zeros = [lines.words.number(item) == 0 for item in node.value.elts]
            if {SCALE} in kinds and any(zeros) and not _changes(lines, node.value.elts[kinds.index({SCALE})]):
                return node.lineno
    for node in lines.nodes:
        if isinstance(node, ast.If | ast.IfExp) and _asks_for_zero(lines, node.test):
            return node.lineno
        if isinstance(node, ast.Call) and node.args and _asks_for_zero(lines, node.args[0]):
            return node.lineno
    return None


def _changes(lines: Lines, value: ast.expr) -> bool:
    changed = {item.node for item in lines.factors}
    return any(part in changed for part in ast.walk(value))


def _asks_for_zero(lines: Lines, test: ast.expr) -> bool:
    """Whether a question is of the count alone, or of it and 0."""
    for part in inside([test]):
        if isinstance(part, ast.Compare):
            sides = [part.left, *part.comparators]
            counts = [COUNT in lines.words.of(item) for item in sides]
            if any(counts) and any(lines.words.number(item) in {0.0, 1.0} for item in sides):
                return True
    parts = test.values if isinstance(test, ast.BoolOp) else [test]
    plain = [item.operand if isinstance(item, ast.UnaryOp) else item for item in parts]
    return any(
        isinstance(item, ast.Name | ast.Attribute) and lines.words.of(item) == {COUNT} for item in plain
    )
