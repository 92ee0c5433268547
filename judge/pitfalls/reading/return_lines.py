"""Which `return` a call ended with, and where what it gives was computed."""

import ast

from judge.pitfalls.reading.source import CASTING, Source, called, names_in, own_nodes
from judge.pitfalls.reading.written.bindings import assigned

WRAPPING = CASTING | {
    "reshape",
    "ravel",
    "stack",
    "expand_dims",
    "atleast_1d",
    "broadcast_to",
    "float32",
    "float",
    "full",
}


def computed_at(text: Source, name: str) -> int | None:
    """The line that computes what a function returns in the end.

    Where its `return` only wraps a name, as `jnp.array([loss])`, the one that gave `loss` its value.
    """
    line = text.last_return(name)
    function, statement = text.function(name), None if line is None else text.statement(line)
    value = statement.value if isinstance(statement, ast.Return) else None
    while function is not None and line is not None and value is not None and _wraps(value):
        given = {item: list(assigned(own_nodes(function), item)) for item in names_in(value)}
        bound = [
            max((one for one in found if one[0] < line), default=None, key=lambda one: one[0])
            for found in given.values()
            if found
        ]
        if len(bound) != 1 or bound[0] is None:
            break
        line, value = bound[0]
    return line


def _wraps(value: ast.expr) -> bool:
    """Whether an expression only gives another form to one value: no arithmetic, and no function but such."""
    calls = {called(node) for node in ast.walk(value) if isinstance(node, ast.Call)}
    return calls <= WRAPPING and not any(isinstance(node, ast.BinOp) for node in ast.walk(value))


def left_at(text: Source, line: int, *, nothing: bool) -> tuple[int | None, bool]:
    """The line of the `return` by which a call ended that was last at `line`, and whether it is one.

    What a `with` or a `finally` does at the end comes after the `return`: one that gave something can only be
    the function's single one then, and whether there was one that gave nothing can't be known.
    """
    statement, function = text.statement(line), text.enclosing(line)
    if isinstance(statement, ast.Return):
        return statement.lineno, True
    if statement is None or function is None:
        return None, False
    lines = text.return_lines(function)
    if not nothing:
        return (lines[0], True) if len(lines) == 1 else (None, False)
    last = not lines or not (isinstance(statement, ast.With) or _in_finally(function, line))
    return (line, False) if last else (None, False)


def _in_finally(function: ast.FunctionDef, line: int) -> bool:
    bodies = [node.finalbody for node in ast.walk(function) if isinstance(node, ast.Try) and node.finalbody]
    return any(body[0].lineno <= line <= (body[-1].end_lineno or line) for body in bodies)
