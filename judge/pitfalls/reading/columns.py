"""Places in a line: code objects and syntax trees count bytes, readers count characters."""

import ast
from collections.abc import Iterator

from judge.flow.parts.columns import character_column
from judge.flow.program import Frame
from judge.pitfalls.reading.source import Source


def characters(text: Source, line: int, offset: int) -> int | None:
    """The 1-based column of a place that code objects give in bytes; None outside of the line."""
    return character_column(text.text, line, offset)


def expressions(text: Source, line: int, column: int, end_line: int, end_column: int) -> Iterator[ast.expr]:
    """The expressions at exactly this place; columns are 0-based and count bytes, as in code objects."""
    place = (line, column, end_line, end_column)
    for node in ast.walk(text.tree):
        if isinstance(node, ast.expr):
            at = (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
            if at == place:
                yield node


def is_within(node: ast.expr, frame: Frame) -> bool:
    """Whether an expression is a frame's, or a part of that."""
    first, last = (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)
    return (frame.line, frame.column) <= first and last <= (frame.end_line, frame.end_column)


def takes_result(call: ast.Call, frame: Frame) -> bool:
    """Whether a method is called of what a frame's expression gives, so that it had no part in it."""
    held = call.func.value if isinstance(call.func, ast.Attribute) else None
    if held is None:
        return False
    first, last = (held.lineno, held.col_offset), (held.end_lineno or 0, held.end_col_offset or 0)
    return first <= (frame.line, frame.column) and (frame.end_line, frame.end_column) <= last
