"""Where a table of rules for the scale has a default, which is what becomes of a case that it lacks."""

import ast

from judge.pitfalls.next_scale.lines import Lines
from judge.pitfalls.next_scale.words import FLAG, inside
from judge.pitfalls.reading.source import called

WITH_DEFAULT = 2


def usual_entry(lines: Lines) -> int | None:
    """The line of the one `table.get(key, default)` whose key is made of what is finite."""
    found = [
        node.lineno
        for node in lines.nodes
        if isinstance(node, ast.Call)
        and called(node) == "get"
        and len(node.args) == WITH_DEFAULT
        and _asks(lines, node.args[0])
    ]
    return found[0] if len(found) == 1 else None


def _asks(lines: Lines, key: ast.expr) -> bool:
    """Whether a key, or what it is called by a name, depends on the answer."""
    values = lines.words.bindings.values.get(getattr(key, "id", ""), [])
    nodes = [node for node in inside([key, *values]) if isinstance(node, ast.expr)]
    return any(FLAG in lines.words.of(node, whole=True) or lines.is_question(node) for node in nodes)
