"""Where a scale is left as it is after an overflow because of the count, or of the interval."""

import ast

from judge.pitfalls.next_scale.lines import Lines
from judge.pitfalls.next_scale.words import COUNT, INTERVAL, SCALE, inside


def kept_by_count(lines: Lines, hangs_on: str) -> int | None:
    """Where the count being 0 (or the interval being 1) decides, or the scale is kept beside a count of 0.

    Args:
        hangs_on: as `Told` has it.
    """
    if hangs_on.startswith(INTERVAL):
        return _first_test(lines, INTERVAL)
    for node in lines.nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
            kinds = [lines.words.of(item) for item in node.value.elts]
            zeros = [lines.words.number(item) == 0 for item in node.value.elts]
            if {SCALE} in kinds and any(zeros) and not _changes(lines, node.value.elts[kinds.index({SCALE})]):
                return node.lineno
    return _first_test(lines, COUNT)


def _first_test(lines: Lines, kind: str) -> int | None:
    """The first choice that asks for the count, or for the interval, by itself or beside 0 or 1."""
    for node in lines.nodes:
        if isinstance(node, ast.If | ast.IfExp) and _asks(lines, node.test, kind):
            return node.lineno
        if isinstance(node, ast.Call) and node.args and _asks(lines, node.args[0], kind):
            return node.lineno
    return None


def _changes(lines: Lines, value: ast.expr) -> bool:
    changed = {item.node for item in lines.factors}
    return any(part in changed for part in ast.walk(value))


def _asks(lines: Lines, test: ast.expr, kind: str) -> bool:
    """Whether a question is of this alone, or of it and 0 or 1."""
    for part in inside([test]):
        if isinstance(part, ast.Compare):
            sides = [part.left, *part.comparators]
            counts = [kind in lines.words.of(item) for item in sides]
            if any(counts) and any(lines.words.number(item) in {0.0, 1.0} for item in sides):
                return True
    parts = test.values if isinstance(test, ast.BoolOp) else [test]
    plain = [item.operand if isinstance(item, ast.UnaryOp) else item for item in parts]
    return any(
        isinstance(item, ast.Name | ast.Attribute) and lines.words.of(item) == {kind} for item in plain
    )
