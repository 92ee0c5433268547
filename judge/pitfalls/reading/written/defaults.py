"""A parameter's default that decided, since a call left it out."""

import ast

from judge.flow.program import Frame
from judge.pitfalls.reading.source import Source, called, names_in

MOST_NAMES = 64  # of one function, that what stands on a line is made of


def deciding_default(text: Source, frame: Frame, caller: Frame) -> int | None:
    """The line of the one whole number that is a default, and that a line's names are made of.

    Args:
        caller: where the function that the frame is in was called, which says nothing of it.
    """
    around, statement, call = text.enclosing(frame.line), text.statement(frame.line), None
    if around is None or statement is None:
        return None
    calling = text.statement(caller.line)
    calls = [node for node in ast.walk(calling) if isinstance(node, ast.Call)] if calling else []
    own = [node for node in calls if called(node) == around.name]
    call = own[0] if len(own) == 1 else None
    if call is None or any(isinstance(item, ast.Starred) for item in call.args):
        return None
    used = _made_of(around, statement)
    found = {line for name, line in _left_out(around, call).items() if name in used}
    return found.pop() if len(found) == 1 else None


def _left_out(function: ast.FunctionDef, call: ast.Call) -> dict[str, int]:
    """The parameters whose default, a whole number, a call doesn't replace, and where that is written."""
    arguments, given = function.args, {keyword.arg for keyword in call.keywords}
    plain = [*arguments.posonlyargs, *arguments.args]
    method = isinstance(call.func, ast.Attribute) and bool(plain) and plain[0].arg == "self"
    taken = len(call.args) + method
    pairs = list(zip(plain[len(plain) - len(arguments.defaults) :], arguments.defaults, strict=True))
    pairs = [pair for pair in pairs if plain.index(pair[0]) >= taken]
    pairs += [
        (item, default)
        for item, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is not None
    ]
    if None in given:
        return {}
    return {
        item.arg: default.lineno
        for item, default in pairs
        if item.arg not in given and isinstance(default, ast.Constant) and type(default.value) is int
    }


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
