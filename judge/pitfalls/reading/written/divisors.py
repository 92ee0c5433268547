"""Who said by what a line divides."""

import ast
from collections.abc import Sequence

from judge.flow.program import Frame
from judge.pitfalls.reading.source import OWN, Source, names_in


def divided_by(text: Source, frames: Sequence[Frame]) -> Frame | None:
    """The line that divides, or the call by which its function was given what it divides by."""
    frame = next(iter(frames), None)
    around = None if frame is None else text.enclosing(frame.line)
    if frame is None or around is None or not _given(text, frame) & (text.parameters(frame.line) - OWN):
        return frame
    return next((one for one in frames if text.enclosing(one.line) is not around), frame)


def _given(text: Source, frame: Frame) -> set[str]:
    """The names in the divisors on a line."""
    statement = text.statement(frame.line)
    nodes = (node for node in ast.walk(statement) if isinstance(node, ast.BinOp)) if statement else ()
    divisors = (node.right for node in nodes if isinstance(node.op, ast.Div))
    return set().union(*(names_in(item) for item in divisors))
