"""What holds the scale back where it becomes smaller, or larger: the bounds that a text has."""

import ast
from collections.abc import Iterator
from itertools import islice

from judge.pitfalls.next_scale.bindings import key_of
from judge.pitfalls.next_scale.lines import Lines, lines_of
from judge.pitfalls.next_scale.words import SCALE
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import called

MOST = 16  # upper bounds that are looked at
HALF = 0.5
LARGER = {"max", "maximum", "fmax"}
BETWEEN = {"clip", "clamp"}
TINY = {"tiny", "smallest_normal", "smallest_subnormal", "eps", "resolution"}  # of `jnp.finfo(dtype)`
LOWER = {"min", "a_min", "lower", "x_min"}
SMALLER = {"min", "minimum", "fmin"}
UPPER = {"max", "a_max", "upper", "x_max"}


def lifted(lines: Lines) -> int | None:
    """Where the scale's lower bound is the scale itself, so that it never becomes smaller."""
    changed = {item.node for item in lines.factors}
    for call, floor in _floors(lines):
        if lines.words.of(floor) == {SCALE} and not _is_changed(lines, floor, changed):
            return call.lineno
    return None


def held_down(lines: Lines) -> int | None:
    """Where the scale's upper bound is the scale itself, so that it can't grow: be it a helper's."""
    changed = {item.node for item in lines.factors}
    for ceiling in islice(_ceilings(lines), MOST):
        values = lines.words.bindings.values.get(key_of(ceiling), []) if _is_given(lines, ceiling) else []
        for item in values or [ceiling]:
            if lines.words.of(item) == {SCALE} and not _is_changed(lines, item, changed):
                return item.lineno
    return None


def turned_floor(lines: Lines) -> int | None:
    """Where the smaller one of what the scale is reduced to and of a number is taken, and not the larger."""
    reduced = {item.node for item in lines.reductions}
    for node in lines.nodes:
        if isinstance(node, ast.Call) and called(node) in SMALLER and len(node.args) > 1:
            makes = [any(part in reduced for part in ast.walk(item)) for item in node.args]
            bounds = [lines.words.number(item) is not None for item in node.args]
            if any(makes) and any(bounds):
                return node.lineno
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


def whole_half(clues: Clues) -> int | None:
    """Where the scale is halved by a division that leaves out what is behind the point: `scale // 2`."""
    if "//" not in clues.source:
        return None  # as in nearly all texts, and reading one for scale and count takes as long as its flow
    changed = (item for item in lines_of(clues).reductions if item.factor is not None)
    halved = [item.node for item in changed if item.factor == HALF]
    whole = (node for node in halved if isinstance(getattr(node, "op", None), ast.FloorDiv))
    return next((getattr(node, "lineno", None) for node in whole), None)


def has_floor(lines: Lines) -> bool:
    """Whether anything may hold the scale back where it becomes smaller: a bound, or a comparison."""
    if next(_floors(lines), None) is not None:
        return True
    for node in lines.nodes:
        bounds = isinstance(node, ast.Call) and called(node) in BETWEEN | LARGER
        if (bounds or isinstance(node, ast.Compare)) and any(
            SCALE in lines.words.of(item) for item in ast.iter_child_nodes(node)
        ):
            return True
    return False


def _floors(lines: Lines) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Calls that bound the scale from below, and by what."""
    for node in lines.nodes:
        if not isinstance(node, ast.Call) or called(node) not in LARGER | BETWEEN:
            continue
        given = list(node.args)
        if isinstance(node.func, ast.Attribute) and SCALE in lines.words.of(node.func.value):
            given = [node.func.value, *given]
        scales = [item for item in given if SCALE in lines.words.of(item)]
        if called(node) in BETWEEN:
            named = [item.value for item in node.keywords if item.arg in LOWER]
            yield from ((node, item) for item in [*given[1:2], *named] if given[:1] == scales[:1])
        elif scales:
            others = [item for item in given if item not in scales]
            yield from ((node, item) for item in others or scales)


def _ceilings(lines: Lines) -> Iterator[ast.expr]:
    """What bounds the scale from above where it grows."""
    grown = {item.node for item in lines.growths}
    for node in lines.nodes:
        if isinstance(node, ast.Call) and called(node) in BETWEEN:
            named = [item.value for item in node.keywords if item.arg in UPPER]
            bounds_it = SCALE in lines.words.of(next(iter(node.args), None))
            yield from [*node.args[2:3], *named] if bounds_it else []
        elif isinstance(node, ast.Call) and called(node) in SMALLER:
            made = [item for item in node.args if any(part in grown for part in ast.walk(item))]
            yield from (item for item in node.args if made and item not in made)


def _is_given(lines: Lines, bound: ast.expr) -> bool:
    """Whether a bound is a parameter of the learner's function around it."""
    functions = [one for known in lines.words.bindings.functions.values() for one in known]
    around = [one for one in functions if any(part is bound for part in ast.walk(one))]
    return any(item.arg == key_of(bound) for one in around for item in one.args.args)


def _is_changed(lines: Lines, floor: ast.expr, changed: set[ast.AST]) -> bool:
    """Whether the scale is made smaller in an expression, or by what a name of it is given."""
    values = [floor, *lines.words.bindings.values.get(key_of(floor), [])]
    return any(node in changed for value in values for node in ast.walk(value))
