"""A parameter's default that decided, since a call left it out."""

import ast

from judge.flow.program import Frame
from judge.pitfalls.reading.source import Source, called, names_in
from judge.pitfalls.reading.written.bindings import argument, default, parameters

MOST_NAMES = 64  # of one function, that what stands on a line is made of


def deciding_default(text: Source, frame: Frame, caller: Frame) -> int | None:
    """The line of the one whole number that is a default, and that a line's names are made of.

    Args:
        caller: where the function that the frame is in was called, which says nothing of it.
    """
    around, statement = text.enclosing(frame.line), text.statement(frame.line)
    if around is None or statement is None:
        return None
    calling = text.statement(caller.line)
    calls = [node for node in ast.walk(calling) if isinstance(node, ast.Call)] if calling else []
    own = [node for node in calls if called(node) == around.name]
    used = _made_of(around, statement)
    found = _left_out(around, own[0]) & used if len(own) == 1 else set()
    usual = default(around, found.pop()) if len(found) == 1 else None
    return None if usual is None else usual.lineno


def _left_out(function: ast.FunctionDef, call: ast.Call) -> set[str]:
    """The parameters whose default, a whole number, a call doesn't replace."""
    usual = {name: default(function, name) for name in parameters(function)}
    whole = [name for name, one in usual.items() if isinstance(one, ast.Constant) and type(one.value) is int]
    return {name for name in whole if argument(call, function, name) is usual[name]}


def _made_of(function: ast.FunctionDef, statement: ast.stmt) -> set[str]:
    """The names that a statement reads, and those that these were made of in the same function."""
    made: dict[str, set[str]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and node.lineno <= statement.lineno:
            for name in set().union(*(names_in(target) for target in node.targets)):
                made.setdefault(name, set()).update(names_in(node.value))
    found: set[str] = set()
    waiting = list(names_in(statement))
    while waiting and len(found) < MOST_NAMES:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(made.get(name, ()))
    return found
