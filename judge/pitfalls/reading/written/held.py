"""Whether what a line makes is put into an object, as in `self.params = optax.apply_updates(...)`."""

import ast
from collections.abc import Sequence

from judge.flow.program import Frame
from judge.pitfalls.reading.source import Source


def held(text: Source, frames: Sequence[Frame]) -> bool:
    """Whether the innermost line's value, or what functions return of it, becomes an attribute's."""
    for frame in frames:
        statement, around = text.statement(frame.line), text.enclosing(frame.line)
        targets = _targets(statement)
        if any(_is_attribute(target) for target in targets):
            return True
        names = {target.id for target in targets if isinstance(target, ast.Name)}
        later = [] if around is None else [node for node in ast.walk(around) if isinstance(node, ast.stmt)]
        later = [node for node in later if node.lineno > frame.line]
        if any(_takes(node, names) and any(map(_is_attribute, _targets(node))) for node in later):
            return True
        if not isinstance(statement, ast.Return) and not any(
            isinstance(node, ast.Return) and _takes(node, names) for node in later
        ):
            return False
    return False


def _targets(statement: ast.stmt | None) -> list[ast.expr]:
    found: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        found = statement.targets
    elif isinstance(statement, ast.AnnAssign | ast.AugAssign):
        found = [statement.target]
    return [item for target in found for item in (target.elts if isinstance(target, ast.Tuple) else [target])]


def _is_attribute(target: ast.expr) -> bool:
    """An attribute, or an element of one."""
    while isinstance(target, ast.Subscript):
        target = target.value
    return isinstance(target, ast.Attribute)


def _takes(statement: ast.stmt, names: set[str]) -> bool:
    """Whether a statement assigns or returns one of these as it is, alone or beside others."""
    value = statement.value if isinstance(statement, ast.Assign | ast.Return) else None
    items = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
    return any(isinstance(item, ast.Name) and item.id in names for item in items)
