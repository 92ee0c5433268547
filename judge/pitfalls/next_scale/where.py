"""Which line to name for what the numbers tell: where it is decided, or where it should have been."""

import ast
from collections.abc import Iterable

from judge.pitfalls.next_scale.branches import around, called_bodies, overflow_branch
from judge.pitfalls.next_scale.choices import beside, constant_line, misled, multiplied
from judge.pitfalls.next_scale.lines import Factor, Lines, lines_of
from judge.pitfalls.next_scale.slips.at_zero import kept_by_count
from judge.pitfalls.next_scale.slips.counted_before import asked_after
from judge.pitfalls.next_scale.slips.dropped import dropped_copy
from judge.pitfalls.next_scale.slips.floors import held_down, lifted, turned_floor
from judge.pitfalls.next_scale.slips.one_more import one_more
from judge.pitfalls.next_scale.slips.overwritten import overwritten
from judge.pitfalls.next_scale.slips.tables import usual_entry
from judge.pitfalls.next_scale.slips.unread import is_read, unread_zero
from judge.pitfalls.next_scale.slips.used_up import used_up
from judge.pitfalls.next_scale.told import Told, all_told
from judge.pitfalls.next_scale.words import COUNT, FLAG, INTERVAL, SCALE, inside
from judge.pitfalls.reading.calls import call_lines
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.source import arguments, called

KEPT = 1e-3
MOST = 16  # changes of the scale that are looked at
LIBRARY = "DynamicScale"  # flax's, whose floor is float32's smallest number unless it is told another
KEEPING = {"scale-not-reduced", "scale-not-grown"}


def reduced(clues: Clues, told: Told) -> int | None:
    """Where a scale is chosen after an overflow that isn't its half."""
    lines = lines_of(clues)
    ratio = told.ratio or 1.0
    if told.some:
        due = _last(lines.choosing(lines.growths)) if told.due else None
        due = kept_by_count(lines, told.hangs_on) if told.hangs_on else due
        return due or _last(lines.deciding(SCALE, {FLAG})) or usual_entry(lines) or _end(clues, lines)
    if abs(ratio - 1) > KEPT:
        return _multiplied(lines, ratio) or _first(_done_again(clues, lines))
    kept = _lost(clues, lines.reductions) or overwritten(clues.text, [item.line for item in lines.reductions])
    kept = kept or used_up(lines) or dropped_copy(lines) or lifted(lines) or misled(lines)
    kept = kept or (turned_floor(lines) if told.ratio is None else None)
    if kept is not None:
        return kept
    branch = overflow_branch(lines)
    if branch is not None:
        line, body = branch
        helpers = called_bodies(lines, body)
        handed = [item for part in helpers for item in _returns(part)]
        inner = (
            lines.assigned(SCALE, body)
            or [item for part in helpers for item in lines.assigned(SCALE, part)]
            or _returns(body)
            or lines.assigned(COUNT, body)
            or handed
            or list(body)
        )
        return _part(lines, SCALE, inner[0]) if inner else line
    chosen = lines.chosen_factors(1.0)
    return (
        lines.alias(SCALE, {FLAG})
        or _last(lines.deciding(SCALE, {FLAG}))
        or _last(chosen)
        or _end(clues, lines)
    )


def grown(clues: Clues, told: Told) -> int | None:
    """Where the scale should have doubled."""
    lines = lines_of(clues)
    ratio = told.ratio or 1.0
    if abs(ratio - 1) > KEPT:
        return _multiplied(lines, ratio)
    tests = lines.interval_tests()
    lost = None if told.some else _lost(clues, lines.growths) or dropped_copy(lines, lines.growths)
    if lost is None and tests and _is_swapped(clues, tests[0]):
        lost = _first(item.line for item in lines.growths)
    lost = lost or (None if told.some else held_down(lines))
    if lost is not None:
        return lost
    if (lines.growths or lines.chosen_factors(2.0)) and tests:
        return tests[0].lineno
    for node in lines.nodes:
        if isinstance(node, ast.If) and INTERVAL in lines.words.of(node.test, whole=True):
            inner = lines.assigned(SCALE, node.body) or lines.assigned(COUNT, node.body) or node.body
            return inner[0].lineno
    constant, library = _constant_interval(lines), lines.library_calls(INTERVAL)
    if (constant or library) and not tests:
        return constant or library[0]
    chosen = lines.deciding(SCALE, {INTERVAL, COUNT}) or lines.deciding(SCALE, {FLAG})
    return (
        _first(chosen)
        or _last(lines.chosen_factors(1.0))
        or _first(test.lineno for test in tests)
        or _end(clues, lines)
    )


def _constant_interval(lines: Lines) -> int | None:
    """Where the count is compared with a number, and the scale grows if it is that."""
    grown = [item.line for item in lines.growths]
    for node in lines.nodes:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Compare):
            sides = [node.test.left, *node.test.comparators]
            counted = any(COUNT in lines.words.of(item) for item in sides)
            number = any(lines.words.number(item) is not None for item in sides)
            if counted and number and any(_spans(node.body, line) for line in grown):
                return node.test.lineno
    return None


def _is_swapped(clues: Clues, test: ast.expr) -> bool:
    """Whether the scale grows where the count isn't reached, and only there, though the question is right."""
    asks = isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Gt | ast.GtE | ast.Eq)
    asks = asks or isinstance(test, ast.BinOp)  # the rest of a division, of which it isn't known who asks it
    return asks and any(one.pitfall == "scale-grown-early" and one.after == "good" for one in all_told(clues))


def _multiplied(lines: Lines, ratio: float) -> int | None:
    """Where a number is written that the scale is multiplied by and shouldn't be, or where that is done."""
    times, chosen = lines.times(ratio), lines.chosen_numbers(ratio)
    written = [constant_line(lines, item.other) or item.line for item in times]
    return _first(written) or min(
        (constant_line(lines, node) or node.lineno for node in chosen), default=None
    )


def early(clues: Clues, told: Told) -> int | None:
    """Where it is decided that the scale doubles."""
    lines = lines_of(clues)
    tests, growths = lines.interval_tests(), [item.line for item in lines.growths]
    if told.after == "good":
        return _first(growths) or _first(lines.chosen_factors(2.0)) or _end(clues, lines)
    added = _first(filter(None, (one_more(clues.text, test) for test in tests[:MOST])))
    point = clues.problem.entry_point
    called_late = _first(filter(None, (asked_after(clues.text, test, point) for test in tests[:MOST])))
    return (
        added or called_late or _first(test.lineno for test in tests) or _first(growths) or _end(clues, lines)
    )


def counted(clues: Clues, told: Told) -> int | None:
    """Where the count should have been set to 0."""
    lines = lines_of(clues)
    unread = unread_zero(clues)
    if unread is not None:
        return unread
    changes: list[Factor] = lines.growths if told.after == "growth" else lines.reductions
    branch = overflow_branch(lines) if told.after == "overflow" else None
    bodies = [around(lines, change.line) for change in changes]
    if branch is not None:
        bodies = [branch[1], *called_bodies(lines, branch[1])]
    elsewhere = any(_gives_scale(lines, body) for body in bodies)
    for body in bodies:
        inside_it = [item.line for item in changes if body and _spans(body, item.line)]
        inner = [item.lineno for item in lines.assigned(COUNT, body)]
        returns = [_part(lines, COUNT, item) for item in _returns(body)]
        found = _last(inner) or (None if _gives_scale(lines, body) else _first(inside_it) or _first(returns))
        if found is not None:
            return found
    paired = _first(filter(None, (beside(lines, change, COUNT) for change in changes[:MOST])))
    if paired is not None:
        return paired
    alias = lines.alias(COUNT, {FLAG}) if told.after == "growth" else None
    if alias is not None:
        return alias
    asked = lines.deciding(COUNT, {FLAG}) if told.after == "overflow" else []
    kept = lines.deciding(COUNT, {FLAG}, never=0) if len(asked) > 1 else []
    chosen = kept or asked or lines.deciding(COUNT, {FLAG, INTERVAL, COUNT})
    return (
        _last(chosen)
        or _last([item.lineno for item in lines.assigned(COUNT)])
        or _last(_counted_on(lines) if elsewhere else [])
        or _first(item.line for item in changes)
        or _end(clues, lines)
    )


def _gives_scale(lines: Lines, body: list[ast.stmt]) -> bool:
    """Whether a body returns the scale alone, in no record that has the count too: that is made elsewhere."""
    values = [item.value for item in _returns(body) if isinstance(item, ast.Return)]
    return bool(values) and all(
        lines.words.of(value) == {SCALE}
        and not isinstance(value, ast.Tuple)
        and not getattr(value, "keywords", [])
        for value in values
    )


def _counted_on(lines: Lines) -> list[int]:
    """Where one more is made of the count, and not only compared."""
    asked = {part for node in lines.nodes if isinstance(node, ast.Compare) for part in ast.walk(node)}
    sums = (node for node in lines.nodes if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add))
    return [node.lineno for node in sums if node not in asked and lines.words.of(node) == {COUNT}]


def unbounded(clues: Clues, *, above: bool) -> int | None:
    """Where the scale grows without a cap, or is halved without a floor."""
    lines = lines_of(clues)
    changes = lines.growths if above else lines.reductions
    factor = 2.0 if above else 0.5
    chosen = [item.line for item in lines.factors if item.factor is None]
    return (
        _first(item.line for item in changes)
        or _first(chosen if lines.chosen_factors(factor) else ())
        or _first(multiplied(lines, factor))
        or _first(chosen)
        or _first([] if above else call_lines(clues.text, {LIBRARY}))
    )


def is_unused(clues: Clues, *, above: bool) -> bool:
    """Whether the scale is doubled (or halved) as it should be, and that is lost."""
    lines = lines_of(clues)
    return _lost(clues, lines.growths if above else lines.reductions) is not None


def _lost(clues: Clues, changes: Iterable[Factor]) -> int | None:
    """Where a new scale is made of which nothing comes: the name isn't read, or the old one is returned."""
    changes = list(changes)
    for change in changes:
        function, name = clues.text.enclosing(change.line), clues.text.name(change.line)
        inner = function is not None and function.name != clues.problem.entry_point
        if function is not None and inner and name is not None and not is_read(function, name):
            return change.line
    kept = [one for one in all_told(clues) if one.pitfall in KEEPING and abs((one.ratio or 1.0) - 1) <= KEPT]
    whole = len(kept) == len(KEEPING) and not any(one.some for one in kept)
    return _old_returned(clues) if whole and changes else None


def _old_returned(clues: Clues) -> int | None:
    """Where the entry point returns the scale that it was given, by a name that has no other value."""
    function, name = clues.text.function(clues.problem.entry_point), clues.name("loss_scale")
    names = [node for node in inside([function] if function else []) if isinstance(node, ast.Name)]
    if any(item.id == name and isinstance(item.ctx, ast.Store) for item in names):
        return None
    line = clues.text.last_return(clues.problem.entry_point)
    statement = None if line is None else clues.text.statement(line)
    own = lines_of(clues).words.bindings.functions
    waiting: list[ast.AST] = [statement] if statement else []
    for node in waiting:  # not what is given to own functions, which may make the next one of it
        foreign = not isinstance(node, ast.Call) or (called(node) and called(node) not in own)
        waiting.extend(ast.iter_child_nodes(node) if foreign else ())
    return line if any(isinstance(item, ast.Name) and item.id == name for item in waiting) else None


def _done_again(clues: Clues, lines: Lines) -> list[int]:
    """Where the function is called in which the scale becomes smaller, if there is one such place."""
    places = {clues.text.enclosing(item.line) for item in lines.reductions}
    function = places.pop() if len(places) == 1 else None
    if function is None or function.name == clues.problem.entry_point:
        return []
    return sorted(
        node.lineno for node in lines.nodes if isinstance(node, ast.Call) and called(node) == function.name
    )


def _part(lines: Lines, kind: str, statement: ast.stmt) -> int:
    """Where a statement of several lines has what is of this kind, among what it is made of."""
    value = getattr(statement, "value", None)
    if isinstance(value, ast.Call):
        parts = arguments(value)
    else:
        parts = list(getattr(value, "elts", getattr(value, "values", [])))
    return _first(item.lineno for item in parts if lines.words.of(item) == {kind}) or statement.lineno


def _spans(body: list[ast.stmt], line: int) -> bool:
    return body[0].lineno <= line <= (body[-1].end_lineno or 0)


def _returns(body: Iterable[ast.stmt]) -> list[ast.stmt]:
    return [node for node in body if isinstance(node, ast.Return) and node.value is not None]


def _end(clues: Clues, lines: Lines) -> int | None:
    """Where the scale gets its last value, or is returned."""
    assigned = [item.lineno for item in lines.assigned(SCALE)]
    own = [line for line in assigned if clues.text.enclosing(line) is not None]
    return _last(own) or clues.text.last_return(clues.problem.entry_point)


def _first(lines: Iterable[int]) -> int | None:
    return next(iter(lines), None)


def _last(lines: Iterable[int]) -> int | None:
    return max(lines, default=None)
