"""Names in a helper that are given a new value which nobody reads."""

import ast

from judge.pitfalls.next_scale.bindings import key_of
from judge.pitfalls.next_scale.lines import lines_of
from judge.pitfalls.next_scale.words import COUNT
from judge.pitfalls.reading.clues import Clues

MOST = 16  # statements that are looked at


def unread_zero(clues: Clues) -> int | None:
    """Where a helper sets a count to 0 that is its own, and not the one outside: without `nonlocal`."""
    for statement in lines_of(clues).assigned(COUNT)[:MOST]:
        function = clues.text.enclosing(statement.lineno)
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        zero = isinstance(statement, ast.Assign) and getattr(statement.value, "value", None) == 0
        if function is None or function.name == clues.problem.entry_point or not zero:
            continue
        if all(isinstance(item, ast.Name) and not is_read(function, key_of(item)) for item in targets):
            return statement.lineno
    return None


def is_read(function: ast.FunctionDef, name: str) -> bool:
    """Whether something is done with a local name but to give it a value, or outside, too."""
    nodes = list(ast.walk(function))
    outer = {one for node in nodes if isinstance(node, ast.Global | ast.Nonlocal) for one in node.names}
    made = {id(node) for item in nodes for node in _own_value(item, name)}
    read = any(
        isinstance(node, ast.Name)
        and node.id == name
        and isinstance(node.ctx, ast.Load)
        and id(node) not in made
        for node in nodes
    )
    return read or name in outer


def _own_value(statement: ast.AST, name: str) -> list[ast.AST]:
    """What a name is made of where that is the name itself: `scale = scale / 2`."""
    if not isinstance(statement, ast.Assign):
        return []
    plain = [item.id for item in statement.targets if isinstance(item, ast.Name)]
    return list(ast.walk(statement.value)) if plain == [name] else []
