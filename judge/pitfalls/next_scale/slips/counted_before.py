"""A question that is right by itself, asked of a count that has gone on already."""

import ast

from judge.pitfalls.reading.source import Source
from judge.pitfalls.reading.written.bindings import calls_of, parameters


def asked_after(text: Source, test: ast.expr, entry_point: str) -> int | None:
    """The one call of a helper that asks whether its own parameter and one reach another of them."""
    function = text.enclosing(test.lineno)
    if function is None or function.name == entry_point:
        return None
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    changed = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    if not _is_right(test, {*parameters(function)} - changed):
        return None
    lines = {call.lineno for call in calls_of(text, function, text.tree)}
    return lines.pop() if len(lines) == 1 else None


def _is_right(test: ast.expr, names: set[str]) -> bool:
    """`count + 1 >= interval`, or `==`, of two of these."""
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.GtE | ast.Eq):
        return False
    count, interval = test.left, test.comparators[0]
    return (
        isinstance(count, ast.BinOp)
        and isinstance(count.op, ast.Add)
        and getattr(count.right, "value", None) == 1
        and all(getattr(side, "id", None) in names for side in (count.left, interval))
    )
