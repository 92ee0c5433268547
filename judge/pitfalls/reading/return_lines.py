"""Which `return` a call ended with."""

import ast

from judge.pitfalls.reading.source import Source


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
