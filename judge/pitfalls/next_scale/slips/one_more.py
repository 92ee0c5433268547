"""Where a default adds one to a count that is compared with the interval."""

import ast

from judge.pitfalls.reading.source import Source
from judge.pitfalls.reading.written.bindings import argument, attribute_values, calls_of, default

MOST = 8  # attributes that are looked at, and values of one


def one_more(text: Source, test: ast.expr) -> int | None:
    """The line of a default, 1 or True, of what is added to a count, and that all calls leave out."""
    sums = [node for node in ast.walk(test) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)]
    added = {item.attr for one in sums for item in ast.walk(one) if isinstance(item, ast.Attribute)}
    for name in sorted(added)[:MOST]:
        for line, value in _values(text, name)[:MOST]:
            function = text.enclosing(line)
            usual = (
                default(function, value.id) if function is not None and isinstance(value, ast.Name) else None
            )
            if function is None or not isinstance(value, ast.Name) or not _is_one(usual):
                continue
            calls = list(calls_of(text, function, text.tree))
            if calls and all(argument(call, function, value.id) is usual for call in calls):
                return usual.lineno if usual is not None else None
    return None


def _is_one(usual: ast.expr | None) -> bool:
    return isinstance(usual, ast.Constant) and usual.value == 1  # or True


def _values(text: Source, name: str) -> list[tuple[int, ast.expr | None]]:
    """What an attribute is given, be it with others in one statement."""
    found: list[tuple[int, ast.expr | None]] = []
    for line, value in attribute_values(text, name):
        statement = text.statement(line)
        targets = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if isinstance(targets, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = zip(targets.elts, value.elts, strict=False)
            found += [(line, item) for target, item in pairs if getattr(target, "attr", None) == name]
        else:
            found.append((line, value))
    return found
