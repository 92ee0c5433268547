"""Who said by what a line divides, and divisions of which nothing is kept."""

import ast
from collections.abc import Sequence

from judge.flow.program import Frame
from judge.pitfalls.reading.source import OWN, Source, called, names_in

MAPPING = {"map", "tree_map"}


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


def dropped_quotients(text: Source) -> int | None:
    """A division by itself, of which nothing is kept: `jax.tree.map(lambda g: g / n, grads)`."""
    for statement in text.statements:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and (_maps_quotients(call) or _returns_quotients(text, called(call))):
            return statement.lineno
    return None


def _maps_quotients(call: ast.Call) -> bool:
    mapped = call.args[0] if called(call) in MAPPING and call.args else None
    return isinstance(mapped, ast.Lambda) and _is_quotient(mapped.body)


def _returns_quotients(text: Source, name: str) -> bool:
    """Whether an own function of this name does nothing but return a quotient, or a tree of them."""
    function = text.function(name)
    body = [] if function is None else function.body
    value = body[-1].value if body and isinstance(body[-1], ast.Return) else None
    alone = all(isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant) for item in body[:-1])
    return alone and (_is_quotient(value) or (isinstance(value, ast.Call) and _maps_quotients(value)))


def _is_quotient(value: ast.expr | None) -> bool:
    return isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div)
