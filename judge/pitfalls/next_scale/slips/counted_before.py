"""A question that is right by itself, asked of a count that has gone on already."""

import ast

from judge.pitfalls.reading.source import Source
from judge.pitfalls.reading.written.bindings import calls_of, parameters


def asked_after(text: Source, test: ast.expr, entry_point: str) -> int | None:
    """The one call of a helper that asks whether its own parameter and one reach another of them."""
    function = text.enclosing(test.lineno)
    if function is None or function.name == entry_point:
        return None
    names = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    adds = [node for node in ast.walk(test) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)]
    one_more = any(getattr(node.right, "value", None) == 1 for node in adds)
    if not one_more or len(names) < len(("count", "interval")) or not names <= set(parameters(function)):
        return None
    lines = {call.lineno for call in calls_of(text, function, text.tree)}
    return lines.pop() if len(lines) == 1 else None
