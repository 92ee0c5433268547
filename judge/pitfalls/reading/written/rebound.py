"""A loop's name that is given another value, as if that changed what the loop goes through."""

import ast
from collections.abc import Sequence

from judge.flow.program import Frame
from judge.pitfalls.reading.source import Source, names_in


def rebound(text: Source, frames: Sequence[Frame]) -> Frame | None:
    """The innermost line, if it does nothing but bind a `for`'s own name anew, which nobody reads after it.

    As `for p, g in zip(params, grads): p -= lr * g`: what is in the list stays as it was.
    """
    frame = next(iter(frames), None)
    statement = None if frame is None else text.statement(frame.line)
    name = _bound(statement)
    if statement is None or name is None:
        return None
    loops = [
        node
        for node in text.statements
        if isinstance(node, ast.For) and node.lineno < statement.lineno <= (node.end_lineno or node.lineno)
    ]
    loop = max(loops, key=lambda node: node.lineno, default=None)
    if loop is None or name not in names_in(loop.target):
        return None
    around = text.enclosing(statement.lineno) or text.tree
    after = (
        node for node in ast.walk(around) if isinstance(node, ast.Name) and node.lineno > statement.lineno
    )
    return None if any(node.id == name and isinstance(node.ctx, ast.Load) for node in after) else frame


def _bound(statement: ast.stmt | None) -> str | None:
    """The plain name that a statement gives a value, None where it does something else."""
    target: ast.expr | None = None
    if isinstance(statement, ast.AugAssign):
        target = statement.target
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    return target.id if isinstance(target, ast.Name) else None
