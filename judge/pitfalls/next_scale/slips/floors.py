"""What holds the scale back where it becomes smaller: the lower bounds that a text has."""

import ast
from collections.abc import Iterator

from judge.pitfalls.next_scale.bindings import key_of
from judge.pitfalls.next_scale.lines import Lines, lines_of
from judge.pitfalls.next_scale.words import SCALE
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import called

LARGER = {"max", "maximum", "fmax"}
BETWEEN = {"clip", "clamp"}
TINY = {"tiny", "smallest_normal", "smallest_subnormal", "eps", "resolution"}  # of `jnp.finfo(dtype)`
LOWER = {"min", "a_min", "lower", "x_min"}


def lifted(lines: Lines) -> int | None:
    """Where the scale's lower bound is the scale itself, so that it never becomes smaller."""
    changed = {item.node for item in lines.factors}
    for call, floor in _floors(lines):
        if lines.words.of(floor) == {SCALE} and not _is_changed(lines, floor, changed):
            return call.lineno
    return None


def wrong_floor(clues: Clues, least: float) -> int | None:
    """Where a lower bound is written that is none, or below the least that is asked for."""
    lines = lines_of(clues)
    for _, floor in _floors(lines):
        given = lines.words.bindings.values.get(key_of(floor), [])
        for item in given if key_of(floor) else [floor]:
            number = lines.words.number(item)
            nothing = isinstance(item, ast.Constant) and item.value is None
            tiny = any(isinstance(part, ast.Attribute) and part.attr in TINY for part in ast.walk(item))
            if nothing or tiny or (number is not None and number < least):
                return item.lineno
    return None


def _floors(lines: Lines) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Calls that bound the scale from below, and by what."""
    for node in lines.nodes:
        if not isinstance(node, ast.Call) or called(node) not in LARGER | BETWEEN:
            continue
        given = list(node.args)
        if isinstance(node.func, ast.Attribute) and SCALE in lines.words.of(node.func.value):
            given = [node.func.value, *given]
        scales = [item for item in given if lines.words.of(item) == {SCALE}]
        if called(node) in BETWEEN:
            named = [item.value for item in node.keywords if item.arg in LOWER]
            yield from ((node, item) for item in [*given[1:2], *named] if given[:1] == scales[:1])
        elif scales:
            others = [item for item in given if item not in scales]
            yield from ((node, item) for item in others or scales)


def _is_changed(lines: Lines, floor: ast.expr, changed: set[ast.AST]) -> bool:
    """Whether the scale is made smaller in an expression, or by what a name of it is given."""
    values = [floor, *lines.words.bindings.values.get(key_of(floor), [])]
    return any(node in changed for value in values for node in ast.walk(value))
