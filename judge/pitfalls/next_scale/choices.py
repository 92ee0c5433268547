"""Where it is chosen what becomes of the scale, by a place among functions, or a name of several numbers."""

import ast
from collections.abc import Iterator

from judge.pitfalls.next_scale.bindings import entries, key_of
from judge.pitfalls.next_scale.lines import Factor, Lines, is_close, sides_of
from judge.pitfalls.next_scale.words import inside
from judge.pitfalls.reading.source import called

DEEPEST = 8


def misled(lines: Lines) -> int | None:
    """Where it is decided which of several functions changes the scale, if all of them are there."""
    switch = next(_switches(lines), None)
    if switch is None:
        return None
    given = lines.words.bindings.values.get(key_of(switch.args[0]), [])
    return given[0].lineno if len(given) == 1 else switch.lineno


def _switches(lines: Lines) -> Iterator[ast.Call]:
    """Where one of several functions that change the scale is taken by its place among them."""
    changed, known = {item.node for item in lines.factors}, lines.words.bindings
    for node in lines.nodes:
        takes = isinstance(node, ast.Call) and called(node) == "switch" and len(node.args) > 1
        if (
            isinstance(node, ast.Call)
            and takes
            and any(part in changed for part in inside(entries(known, node.args[1])))
        ):
            yield node


def multiplied(lines: Lines, factor: float) -> list[int]:
    """Lines of products with a name that is given one of several numbers, this one among them."""
    known: dict[str, bool] = {}
    found = set()
    for node in lines.nodes:
        for side in sides_of(node, ast.Mult):
            name = key_of(side)
            if name not in known:
                known[name] = _is_one_of(lines, name, factor)
            if known[name]:
                found.add(getattr(node, "lineno", 0))
    return sorted(found)


def _is_one_of(lines: Lines, name: str, factor: float) -> bool:
    values = lines.words.bindings.values.get(name, [])
    numbers = {lines.words.number(one) for one in inside(values) if isinstance(one, ast.expr)} - {None}
    return len(numbers) > 1 and any(one is not None and is_close(one, factor) for one in numbers)


def constant_line(lines: Lines, node: ast.expr) -> int | None:
    """Where the number is written that a name always is; None for what is no name, or of several values."""
    line = None
    for _ in range(DEEPEST):
        given = lines.words.bindings.values.get(key_of(node), [])
        if len(given) != 1 or lines.words.number(node) is None:
            break
        node, line = given[0], given[0].lineno
    return line


def beside(lines: Lines, change: Factor, kind: str) -> int | None:
    """Where a lambda that changes the scale gives a value of this kind beside it."""
    around = [node for node in lines.nodes if isinstance(node, ast.Lambda) and change.node in ast.walk(node)]
    parts = [part for node in around[-1:] for part in getattr(node.body, "elts", [])]
    return next((part.lineno for part in parts if lines.words.of(part) == {kind}), None)
