"""Expressions that stand in something else: an entry of a tuple, what a function or a property returns."""

import ast
from collections.abc import Iterable

from judge.pitfalls.next_scale.bindings import Bindings, key_of, returned
from judge.pitfalls.reading.source import called

HOLDING = {"array", "asarray", "tuple", "list"}
DEEPEST = 4  # tables in tables


def entry(bindings: Bindings, node: ast.Subscript) -> list[ast.expr]:
    """What `limits[1]` may be; nothing where that can't be told of each table that it may be of."""
    place = _whole_number(node.slice)
    tables = [] if place is None else _tables(bindings, node.value, DEEPEST)
    found = [item for table in tables for item in _at(table, place)]
    return found if len(found) == len(tables) else []


def spread(bindings: Bindings, given: Iterable[ast.expr]) -> list[ast.expr]:
    """Arguments, `*limits` as its parts where it is one table that is known."""
    found: list[ast.expr] = []
    for item in given:
        tables = _tables(bindings, item.value, DEEPEST) if isinstance(item, ast.Starred) else []
        table = tables[0] if len(tables) == 1 else None
        found += table.elts if isinstance(table, ast.Tuple | ast.List) else [item]
    return found


def answers(bindings: Bindings, node: ast.expr) -> list[ast.expr]:
    """What a call of an own function, or a property, may give."""
    name = called(node) if isinstance(node, ast.Call) else getattr(node, "attr", "")
    functions = bindings.functions.get(name, [])
    if not isinstance(node, ast.Call):
        functions = [one for one in functions if _is_property(one)]
    return [item for one in functions for item in returned(one)]


def _is_property(function: ast.FunctionDef | ast.Lambda) -> bool:
    names = [item for item in getattr(function, "decorator_list", []) if isinstance(item, ast.Name)]
    return any("property" in item.id for item in names)


def _tables(bindings: Bindings, node: ast.expr, depth: int) -> list[ast.expr]:
    """The tuples, lists and dicts that an expression may be; nothing where it may be something else."""
    if isinstance(node, ast.Tuple | ast.List | ast.Dict):
        return [node]
    if depth == 0:
        return []
    if isinstance(node, ast.Call) and called(node) in HOLDING:
        given = node.args[:1]
    elif isinstance(node, ast.Subscript) and not key_of(node):
        given = entry(bindings, node)
    else:
        given = bindings.values.get(key_of(node), [])
    found = [_tables(bindings, item, depth - 1) for item in given]
    return [table for tables in found for table in tables] if all(found) else []


def _at(table: ast.expr, place: int | None) -> list[ast.expr]:
    """An entry of a table as it is written, where it has it."""
    if place is None:
        return []
    if isinstance(table, ast.Dict):
        pairs = zip(table.keys, table.values, strict=True)
        return [value for key, value in pairs if key is not None and _whole_number(key) == place]
    parts = table.elts if isinstance(table, ast.Tuple | ast.List) else []
    if any(isinstance(item, ast.Starred) for item in parts):
        return []
    return [parts[place]] if -len(parts) <= place < len(parts) else []


def _whole_number(node: ast.expr) -> int | None:
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() as number):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)):
            return -number
    return None
