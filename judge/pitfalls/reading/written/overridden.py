"""Where a value that was given is overridden by a constant, or written where nobody reads it."""

import ast
from collections import Counter
from collections.abc import Iterator

from judge.pitfalls.reading.source import Source, called, names_in, own_nodes
from judge.pitfalls.reading.written.bindings import calls_of
from judge.pitfalls.reading.written.origins import MOST, Origins

COPIED = {"dict", "copy", "deepcopy"}
ASKING = {"get", "pop", "setdefault"}


def merged_over(text: Source, name: str) -> int | None:
    """Where defaults are merged over what was given, and one of them has a key that was given this name."""
    given, tables = _given(text, name), _tables(text)
    lines: set[int] = set()
    for line, last in _merges(text):
        table = tables.get(last.id) if isinstance(last, ast.Name) else last
        if isinstance(table, ast.Dict):
            entries = zip(table.keys, table.values, strict=True)
            fixed = {getattr(key, "value", None) for key, value in entries if name not in names_in(value)}
            lines |= {line} if given & fixed else set()
    return lines.pop() if len(lines) == 1 else None


def _tables(text: Source) -> dict[str, ast.expr | None]:
    """What names stand for that are bound once, to a table that is written out."""
    found: dict[str, ast.expr | None] = {}
    for node in text.statements:
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Name) and isinstance(node, ast.Assign):
                found[target.id] = None if target.id in found else node.value
    return found


def _given(text: Source, name: str) -> set[object]:
    """The keys that a call or table gives something with this name: `learning_rate=lr`."""
    nodes = list(ast.walk(text.tree))
    keywords = {item.arg for item in nodes if isinstance(item, ast.keyword) and name in names_in(item.value)}
    tables = (item for item in nodes if isinstance(item, ast.Dict))
    entries = (pair for table in tables for pair in zip(table.keys, table.values, strict=True))
    return keywords | {
        key.value for key, item in entries if isinstance(key, ast.Constant) and name in names_in(item)
    }


def _merges(text: Source) -> Iterator[tuple[int, ast.expr]]:
    """Where tables are merged, and the one whose entries win."""
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Dict) and len(node.keys) > 1 and node.keys[-1] is None:
            yield node.lineno, node.values[-1]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            yield node.lineno, node.right
        elif isinstance(node, ast.Call) and called(node) == "dict" and node.args and node.keywords:
            if node.keywords[-1].arg is None:
                yield node.lineno, node.keywords[-1].value
        elif isinstance(node, ast.Call) and called(node) == "update" and len(node.args) == 1:
            yield node.lineno, node.args[0]


def asked_in_vain(text: Source, words: set[str]) -> int | None:
    """Where a table is asked for a key of one of these words that nobody gave it, so that a default counts.

    As `settings.get("learning_rate", 0.1)` of `{"lr": lr}`, or of what a function is called with.
    """
    asked = [call for call in text.calls if called(call) in ASKING and len(call.args) == 2]  # noqa: PLR2004 - key, default
    named = [call for call in asked if words & set(str(getattr(call.args[0], "value", "")).split("_"))]
    lines = set()
    for call in named[:MOST]:
        given = _keys(text, call.func.value) if isinstance(call.func, ast.Attribute) else set()
        if given and getattr(call.args[0], "value", None) not in given:
            lines.add(call.lineno)
    return lines.pop() if len(lines) == 1 else None


def _keys(text: Source, table: ast.expr) -> set[object]:
    """All keys of a table that is written out, or of a function's keywords; none where they aren't known."""
    function = text.enclosing(table.lineno)
    own = None if function is None else function.args.kwarg
    if function is not None and own is not None and own.arg == getattr(table, "id", None):
        calls = list(calls_of(text, function, text.tree))
        keys: list[object] = [keyword.arg for call in calls for keyword in call.keywords]
    else:
        origins = Origins(text=text, frames=())
        found = origins.table(origins.outside(table))
        keys = [] if found is None else [getattr(key, "value", None) for key in found.keys]
    return set() if None in keys else set(keys)


def set_to_constant(text: Source, names: set[str]) -> int | None:
    """Where an entry or attribute of one of these names is set to a number that is written there."""
    lines = {
        node.lineno
        for node in text.statements
        if isinstance(node, ast.Assign)
        for target in node.targets
        if _entry(target) in names and any(_is_number(item) for item in ast.walk(node.value))
    }
    return lines.pop() if len(lines) == 1 else None


def set_in_copy(text: Source, names: set[str]) -> int | None:
    """Where an entry of one of these names is set in a copy of a table that nobody reads afterwards."""
    lines = set()
    for function in (node for node in text.statements if isinstance(node, ast.FunctionDef)):
        nodes = list(own_nodes(function))
        copies = {
            target.id
            for node in nodes
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and called(node.value) in COPIED
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        written = {
            target.value.id: node.lineno
            for node in nodes
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Subscript)
            and isinstance(target.value, ast.Name)
            and _entry(target) in names
        }
        uses = Counter(
            node.id
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        )
        lines |= {line for name, line in written.items() if name in copies and uses[name] == 1}
    return lines.pop() if len(lines) == 1 else None


def _entry(target: ast.expr) -> object:
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return target.slice.value
    return target.attr if isinstance(target, ast.Attribute) else None


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, float)
