"""Names that are given another value: a loop's, as if that changed what it goes through; what was cast."""

import ast
from collections.abc import Sequence

from judge.flow.program import Frame
from judge.pitfalls.reading.source import CASTING, Source, called, names_in


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


def cast_before(text: Source, line: int) -> set[str]:
    """The names to which a cast has given their value before a line, in the same function."""
    around = text.enclosing(line)
    nodes = ast.walk(around) if around is not None else ()
    before = (node for node in nodes if isinstance(node, ast.Assign) and node.lineno < line)
    casts = [node for node in before if isinstance(node.value, ast.Call) and called(node.value) in CASTING]
    return {target.id for node in casts for target in node.targets if isinstance(target, ast.Name)}


def _bound(statement: ast.stmt | None) -> str | None:
    """The plain name that a statement gives a value, None where it does something else."""
    target: ast.expr | None = None
    if isinstance(statement, ast.AugAssign):
        target = statement.target
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    return target.id if isinstance(target, ast.Name) else None
