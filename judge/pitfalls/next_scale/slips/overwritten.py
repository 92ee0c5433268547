"""A name that is given another value before anybody reads the one that it has."""

import ast
from collections.abc import Iterable, Iterator

from judge.pitfalls.reading.source import Source

MOST = 16  # lines that are looked at


def overwritten(text: Source, lines: Iterable[int]) -> int | None:
    """Where what is assigned at one of these lines is lost: the next assignment to its name reads it not."""
    for line, _ in zip(lines, range(MOST), strict=False):
        statement, name = text.statement(line), text.name(line)
        if statement is None or name is None:
            continue
        for later in _after(text, statement):
            if any(_reads(node, name) for node in ast.walk(later)):
                break
            if isinstance(later, ast.Assign) and text.name(later.lineno) == name:
                return later.lineno
    return None


def _after(text: Source, statement: ast.stmt) -> Iterator[ast.stmt]:
    """What follows a statement in its own body."""
    for node in ast.walk(text.tree):
        for body in (getattr(node, "body", None), getattr(node, "orelse", None)):
            if isinstance(body, list) and statement in body:
                yield from body[body.index(statement) + 1 :]


def _reads(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
